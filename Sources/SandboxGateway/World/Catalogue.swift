/// The shop's goods, and the names and places that rows are filled with. All invented.
enum Catalogue {
    struct Product: Sendable {
        let title: String
        let itemID: Int64
        let categoryID: Int64
        let code: String
        let priceFen: Int64
        let skus: [String]
    }

    static let products: [Product] = [
        product(1, "纯棉圆领短袖T恤男夏季宽松", 50_000_436, 5_990, ["颜色:白色;尺码:M", "颜色:黑色;尺码:L"]),
        product(2, "高腰直筒牛仔裤女显瘦九分裤", 162_205, 12_900, ["颜色:浅蓝;尺码:27", "颜色:深蓝;尺码:28"]),
        product(3, "羊毛呢大衣女中长款双面呢", 50_013_194, 89_900, ["颜色:驼色;尺码:S", "颜色:黑色;尺码:M"]),
        product(4, "轻薄羽绒服男立领90白鸭绒", 50_011_167, 39_900, ["颜色:藏青;尺码:XL"]),
        product(5, "304不锈钢保温杯500ml", 121_394_006, 7_900, ["颜色分类:樱花粉", "颜色分类:松石绿"]),
        product(6, "实木儿童学习桌可升降", 50_020_632, 129_900, ["颜色分类:原木色", "颜色分类:白色"]),
        product(7, "无线蓝牙耳机降噪入耳式", 50_005_050, 19_900, ["颜色分类:云母白", "颜色分类:曜石黑"]),
        product(8, "手工牛皮双肩包通勤大容量", 50_012_010, 45_800, ["颜色分类:复古棕"]),
        product(9, "云南小粒咖啡豆中度烘焙454g", 50_050_371, 6_850, ["口味:中度烘焙", "口味:深度烘焙"]),
        product(10, "新疆若羌灰枣500g×2袋", 50_016_091, 4_990, ["净含量:1000g"]),
        product(11, "武夷山大红袍茶叶礼盒250g", 124_458_005, 16_800, ["包装:礼盒装", "包装:简装"]),
        product(12, "婴儿纸尿裤超薄透气L码", 50_012_711, 11_900, ["尺码:L;片数:76", "尺码:XL;片数:66"]),
        product(13, "氨基酸洗面奶温和控油120g", 121_452_004, 8_900, ["净含量:120g"]),
        product(14, "天然乳胶枕颈椎枕一对装", 50_008_779, 25_900, ["颜色分类:波浪款", "颜色分类:平面款"]),
        product(15, "加厚珊瑚绒四件套1.8m床", 50_008_263, 19_800, ["颜色分类:灰粉", "颜色分类:雾蓝"]),
        product(16, "家用空气炸锅5L大容量", 350_502, 32_900, ["颜色分类:白色"]),
        product(17, "不粘锅炒锅麦饭石32cm", 50_003_471, 15_900, ["尺寸:30cm", "尺寸:32cm"]),
        product(18, "专业羽毛球拍全碳素双拍", 50_012_331, 26_800, ["颜色分类:红黑", "颜色分类:蓝白"]),
        product(19, "乐高兼容积木城市系列", 50_015_127, 13_900, ["型号:消防局", "型号:机场"]),
        product(20, "狗粮成犬通用型10kg", 50_015_210, 17_900, ["口味:牛肉", "口味:鸡肉"]),
        product(21, "汽车脚垫全包围丝圈", 50_016_768, 28_800, ["颜色分类:黑红"]),
        product(22, "中性笔0.5mm黑色30支", 50_012_708, 1_990, ["颜色:黑色", "颜色:红色"]),
        product(23, "考研英语词汇单词书", 50_000_054, 4_580, ["版本:2026版"]),
        product(24, "话费充值电子券100元", 150_401, 9_850, ["面值:100元"]),
    ]

    static let couriers: [(name: String, prefix: String)] = [
        ("顺丰速运", "SF"), ("中通快递", "73"), ("圆通速递", "YT"), ("韵达快递", "43"),
        ("申通快递", "77"), ("邮政快递包裹", "98"), ("极兔速递", "JT"),
    ]

    struct Place: Sendable {
        let state: String
        let city: String
        let district: String
        let town: String
    }

    static let places: [Place] = [
        Place(state: "陕西省", city: "西安市", district: "新城区", town: "解放门街道"),
        Place(state: "浙江省", city: "杭州市", district: "西湖区", town: "三墩镇"),
        Place(state: "广东省", city: "深圳市", district: "南山区", town: "粤海街道"),
        Place(state: "上海", city: "上海市", district: "浦东新区", town: "张江镇"),
        Place(state: "北京", city: "北京市", district: "海淀区", town: "中关村街道"),
        Place(state: "四川省", city: "成都市", district: "武侯区", town: "桂溪街道"),
        Place(state: "黑龙江省", city: "哈尔滨市", district: "南岗区", town: "花园街道"),
        Place(state: "新疆维吾尔自治区", city: "乌鲁木齐市", district: "天山区", town: "新华北路街道"),
        Place(state: "湖北省", city: "武汉市", district: "洪山区", town: "关山街道"),
        Place(state: "福建省", city: "厦门市", district: "思明区", town: "鹭江街道"),
    ]

    static let surnames = Array("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗").map(String.init)
    static let blurredNicks = Array("碎月清风小南北夏秋一阿大晴t星海").map { "\($0)**" }
    static let streets = Array("解建人中和长新文学北").map { "\($0)**路**号" }
    static let buyerMessages = [
        "麻烦包装好一点 🎁", "送人的，不要放价格单", "周末在家，工作日放门卫", "尽快发货\n谢谢！",
    ]
    static let sellerMemos = [
        "改发顺丰\n周末配送", "客户要求换色：黑→白", "已电话确认地址", "赠品：袜子×2 \"加急\"",
    ]
    static let refundReasons = ["不喜欢/不想要", "尺码拍错/不喜欢", "七天无理由退换货", "质量问题", "未按约定时间发货"]

    private static func product(
        _ number: Int64, _ title: String, _ category: Int64, _ price: Int64, _ skus: [String]
    ) -> Product {
        Product(
            title: "【官方旗舰店】\(title)2026新款正品包邮送运费险", itemID: 680_018_587_000 + number * 37,
            categoryID: category,
            code: "B-C\(300 + number)", priceFen: price, skus: skus)
    }
}
