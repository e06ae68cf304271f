/// The words and phrases that `RedactedText` lets pass: those of the platforms' error tables
/// (documents 101645 and 102707; the table on every page of Pinduoduo's documents), of error texts
/// that clients have met, of parameters and methods, and plain words of such sentences. No names
/// of people or places are among them.
enum RedactedVocabulary {
    /// Whether all words of an identifier are known: `isv.invalid-parameter`, `page_size`,
    /// `taobao.time.get`, `SessionKey`.
    static func containsWords(of text: Substring) -> Bool {
        let parts = text.split(omittingEmptySubsequences: false) { ".-_".contains($0) }
        return parts.count <= partsMax
            && parts.allSatisfy { part in
                !part.isEmpty && humps(of: part).allSatisfy { words.contains($0) }
            }
    }

    private static let partsMax = 8

    /// The words of `SessionKey` or `duoId` in lower case.
    private static func humps(of part: Substring) -> [String] {
        if part.allSatisfy({ !$0.isLowercase }) { return [part.lowercased()] }
        var humps: [String] = []
        for character in part {
            if character.isUppercase || humps.isEmpty {
                humps.append(character.lowercased())
            } else {
                humps[humps.count - 1].append(character)
            }
        }
        return humps
    }

    /// The longest first.
    static func phrases(startingWith first: Substring) -> [String] {
        phrasesByStart[first] ?? []
    }

    static let chinesePunctuation = Set("，。：；（）！？、“”".unicodeScalars)

    private static let words = Set(
        """
        a about accept access accesscontrol account acookie action active add additional address
        adjust affiliate after again agree alipay all allow allowed already also amount an and any
        api app appear appkey application approved are area argument arguments array as ask at
        attempt attempts auction audit auth authenticate authentication authorisation authorise
        authorised authority authorization authorize authorized auto available back bad ban banned
        base be because been before between bill bind binding blocked body both broken buffer bug
        business busy but buy buyer by bytes cache call called caller calls can cancel cannot card
        case cash cat category center change changed changes channel character characters charset
        check chinese city class clear client clock close closed code codes combine commission
        common companies company complete condition config configuration confirm conflict connect
        connection consign console constraint contact contain contains content continue control
        convert copy corrupt could count country coupon create created credit crossed current
        currently custom customized daily data database date day days ddk decode decrypt default
        degraded delay delete delivery denied description detail details device did different
        digest disabled discount dispute district document does domain done down due duo duplicate
        during dynamic each either element email empty enable encode encoding encrypt end ended
        entry equal error errors every exceed exceeded exceeds exception exchange execute exist
        exists expect expected expire expired expires express extend extra fail failed failure
        false fast fatal feature fee field fields file filter final find finish first flag for
        forbid forbidden form format found free frequency frequent frequently from full fullinfo
        gateway general generate get gift good goods grant granted greater group had handle
        handler has have header here hmac host hour hours html http https id identifier identify
        identity ids if ignored illegal image in incorrect increment index info information
        initialize inner input insert instance insufficient integer interface internal interval
        into invalid invalidate invoke ip is isp isv it item items its jinbao json key keys kind
        known lack large larger last later length less level limit limited link list load lock
        locked login logistics long longer lost lucky mail main maintenance malformed mall many
        mapping mark market match matched matches max maximum may md5 media member memo message
        messages method methods might min minimum minute minutes mismatch missing mobile mode
        model modified modify month months more most much must name names near need network never
        new next nick no node nonce none not null num number oauth object occurred of off offline
        oid old on once one only open operation option or order orders ordertrace other our out
        over owner pack package page pages parameter parameters params parse part partner password
        path pause pay payment pdd pending per permission permissions permitted phone pid please
        point pointer pool pop port post presale previous price problem process product prom
        promotion properties property protect protocol provider province public push quantity
        query queue quota range rate reach reached read real reason receive received receiver
        record redirect redirected reduce refresh refund refunds refuse refused register reject
        rejected rejection relation release remote removed repeat replay replayattack reply report
        request requested requests require required requires reset resource response result
        results retry return returned right rights risk role route router row rows rpc rule run
        running sales sandbox save scope search second seconds secret section secure security see
        select sell seller send sent serial server service services session sessionkey sessions
        set settle sha256 shipping shop shops short should sign signature signed simple since
        single size sku slow small sn so sold some something soon source span spec split sql stack
        start started starts state status step still stop storage store string sub subscribe
        success suite support supported switch sync system table tag taobao target task tax
        temporarily temporary test text than that the then there this throttled tid time timed
        timeout times timestamp title tmall to today token tokens tomorrow too top topats total
        trace track tracking trade trades traffic transaction transform transit true try type ums
        unable unauthorized unavailable unchanged under unexpected unheard unique unit unknown
        unreachable unsupported until update updated upgrade upload upstream uri url urn usage use
        used user username users using utf8 util v validate validation value values verification
        verify version view wait warehouse was waybill web week when where which while white
        whitelist widget will window with within without word wrong xml year you your zone
        """.split { $0 == " " || $0 == "\n" }.map(String.init))

    private static let phrases = [
        // Taobao.
        "非法参数", "参数错误", "缺少参数", "必选参数", "非法", "无效", "交易订单不存在", "订单不存在",
        "退款单不存在", "交易不存在", "无物流流转信息", "该子帐号无此操作权限", "调用受限", "调用",
        "远程连接错误", "服务超时", "超时请求过多", "请将查询时间间隔缩短", "分钟后再查询", "系统繁忙",
        "请稍后重试", "请稍后再试", "服务不可用", "远程服务错误", "会话已过期", "授权已过期", "没有权限",
        "权限不足", "无权限", "应用", "用户", "卖家", "接口", "服务", "超时", "系统错误", "未知错误",
        // Pinduoduo.
        "公共参数错误", "不匹配", "和", "已过期", "签名验证失败", "签名错误", "用户没有授权访问此接口",
        "系统运行错误", "业务服务错误", "业务服务内部错误", "系统内部错误", "网关业务服务错误",
        "网关系统内部错误", "未传入已经授权备案过的相关参数", "授权备案说明链接", "时间跨度不能超过",
        "小时", "分钟", "天", "秒", "当前接口被限流", "调用过于频繁", "请调整调用频率",
        "应用处于测试状态", "调用次数被限制", "错误或已下线", "或", "错误", "订单不属于该店铺或不存在",
        "售后单不存在", "该商品不是多多客商品", "查询物流轨迹失败", "拒绝", "水果生鲜分类因分类调整已失效",
        "请返回重新选择分类", "请求参数错误", "请求参数为空", "请求体过大", "接口已下线",
        "接口暂不可用", "接口维护中", "禁止调用", "存在风险", "白名单", "店铺", "商品", "订单", "不存在",
        "物流", "快递", "授权", "失败", "不能为空", "不合法", "格式错误", "格式不正确",
        // Couriers.
        "已揽件", "已揽收", "已发出", "运输中", "在途中", "派送中", "派件中", "已签收", "对方已签收",
        "拒签", "退回中", "已退回", "待取件", "已取件", "清关中", "已清关", "疑难件", "异常",
    ]

    private static let phrasesByStart: [Substring: [String]] = {
        var table: [Substring: [String]] = [:]
        for phrase in phrases.sorted(by: { $0.count > $1.count }) {
            table[phrase.prefix(1), default: []].append(phrase)
        }
        return table
    }()
}
