/// The methods that the sandbox offers.
enum PDDMethod: String, CaseIterable, Sendable {
    case time = "pdd.time.get"
    case orderIncrement = "pdd.order.number.list.increment.get"
    case orderList = "pdd.order.list.get"
    case orderBasicList = "pdd.order.basic.list.get"
    case orderInformation = "pdd.order.information.get"
    case orderStatus = "pdd.order.status.get"
    case refundIncrement = "pdd.refund.list.increment.get"
    case refundInformation = "pdd.refund.information.get"
    case companies = "pdd.logistics.companies.get"
    case orderTrace = "pdd.logistics.ordertrace.get"
    case mallInfo = "pdd.mall.info.get"
    case tokenCreate = "pdd.pop.auth.token.create"
    case tokenRefresh = "pdd.pop.auth.token.refresh"
    case promotedOrders = "pdd.ddk.order.list.increment.get"
    case goodsDetail = "pdd.ddk.goods.detail"
    case goodsSearch = "pdd.ddk.goods.search"
    case pidGenerate = "pdd.ddk.goods.pid.generate"
    case pidQuery = "pdd.ddk.goods.pid.query"
    case authorityQuery = "pdd.ddk.member.authority.query"
    case promotionURL = "pdd.ddk.rp.prom.url.generate"

    var needsToken: Bool {
        switch self {
        case .orderIncrement, .orderList, .orderBasicList, .orderInformation, .orderStatus,
            .refundIncrement, .refundInformation, .mallInfo:
            true
        case .time, .companies, .orderTrace, .tokenCreate, .tokenRefresh, .promotedOrders,
            .goodsDetail, .goodsSearch, .pidGenerate, .pidQuery, .authorityQuery, .promotionURL:
            false
        }
    }

    var requiredParameters: [String] {
        switch self {
        case .time, .companies, .mallInfo, .goodsSearch, .pidQuery: []
        case .orderIncrement:
            [
                "start_updated_at", "end_updated_at", "order_status", "refund_status",
                "is_lucky_flag", "page",
            ]
        case .orderList, .orderBasicList:
            [
                "start_confirm_at", "end_confirm_at", "order_status", "refund_status", "page",
                "page_size",
            ]
        case .orderInformation, .refundInformation: ["order_sn"]
        case .orderStatus: ["order_sns"]
        case .refundIncrement:
            [
                "start_updated_at", "end_updated_at", "after_sales_status", "after_sales_type",
                "page", "page_size",
            ]
        case .orderTrace: ["company_code", "mail_no"]
        case .tokenCreate: ["code"]
        case .tokenRefresh: ["refresh_token"]
        case .promotedOrders: ["start_update_time", "end_update_time"]
        case .goodsDetail: ["goods_sign"]
        case .pidGenerate: ["number"]
        case .authorityQuery: ["pid"]
        case .promotionURL: ["p_id_list"]
        }
    }

    /// The node around the answer; nil where the platform has none. The names follow no rule.
    var node: String? {
        switch self {
        case .time: "time_get_response"
        case .orderIncrement: "order_sn_increment_get_response"
        case .orderList, .promotedOrders: "order_list_get_response"
        case .orderBasicList: "order_basic_list_get_response"
        case .orderInformation: "order_info_get_response"
        case .orderStatus: "order_status_get_response"
        case .refundIncrement: "refund_increment_get_response"
        case .refundInformation: nil
        case .companies: "logistics_companies_get_response"
        case .orderTrace: "logistics_ordertrace_get_resposne"  // As the platform spells it.
        case .mallInfo: "mall_info_get_response"
        case .tokenCreate: "pop_auth_token_create_response"
        case .tokenRefresh: "pop_auth_token_refresh_response"
        case .goodsDetail: "goods_detail_response"
        case .goodsSearch: "goods_search_response"
        case .pidGenerate: "p_id_generate_response"
        case .pidQuery: "p_id_query_response"
        case .authorityQuery: "authority_query_response"
        case .promotionURL: "rp_promotion_url_generate_response"
        }
    }
}
