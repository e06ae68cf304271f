/// Names that TOP requests carry.
public enum TaobaoFields {
    /// Every trade type that lists can be asked for. Without `type` only five composite ones come
    /// back (api:46, api:128) and all others silently do not exist.
    public static let types = [
        "fixed", "auction", "guarantee_trade", "step", "independent_simple_trade",
        "independent_shop_trade", "auto_delivery", "ec", "cod", "game_equipment", "shopex_trade",
        "netcn_trade", "external_trade", "instant_trade", "b2c_cod", "hotel_trade",
        "super_market_trade", "super_market_cod_trade", "taohua", "waimai", "o2o_offlinetrade",
        "nopaid", "eticket", "tmall_i18n", "insurance_plus", "finance", "pre_auth_type",
    ]

    /// What the lists are asked for: all that they give of an order and its items (api:128).
    static let list = listNames.joined(separator: ",")

    private static let listNames = [
        "tid", "num", "num_iid", "status", "title", "type", "price", "payment", "discount_fee",
        "total_fee", "adjust_fee", "post_fee", "received_payment", "created", "pay_time",
        "modified", "consign_time", "end_time", "seller_nick", "seller_flag", "seller_rate",
        "buyer_nick", "buyer_open_uid", "buyer_rate", "has_buyer_message", "pic_path",
        "receiver_name", "receiver_state", "receiver_city", "receiver_district", "receiver_town",
        "receiver_address", "receiver_zip", "receiver_mobile", "receiver_phone",
        "receiver_country", "oaid", "shipping_type", "step_trade_status", "step_paid_fee",
        "credit_card_fee", "mark_desc", "service_type", "shop_pick", "order_tax_fee",
        "rx_audit_status", "no_shipping", "orders", "service_orders",
    ]

    /// What one order is asked for: all of a list's, and what lists leave out (api:54).
    static let detail =
        (listNames + [
            "tid_str", "buyer_message", "seller_memo", "buyer_memo", "commission_fee",
            "alipay_no", "available_confirm_fee", "promotion", "promotion_details",
            "trade_memo", "trade_from", "trade_source", "paid_coupon_fee", "coupon_fee",
            "platform_subsidy_fee", "point_fee", "real_point_fee", "cod_fee", "cod_status",
            "is_part_consign", "timeout_action_time", "est_con_time", "promise_service",
            "service_tags", "top_hold", "forbid_consign", "step_pay_details",
            "combine_logistics_details", "logistics_infos", "trade_attr", "sid",
        ]).joined(separator: ",")

    /// What lists of refunds are asked for (api:52).
    static let refunds = refundNames.joined(separator: ",")

    private static let refundNames = [
        "refund_id", "tid", "oid", "title", "buyer_nick", "buyer_open_uid", "seller_nick",
        "total_fee", "status", "created", "modified", "order_status", "refund_fee", "payment",
        "good_status", "has_good_return", "company_name", "sid", "reason", "desc", "num",
        "refund_phase", "refund_version", "sku", "attribute", "outer_id", "dispute_type",
        "operation_contraint",
    ]

    /// What one refund is asked for (api:53).
    static let refund =
        (refundNames + [
            "advance_status", "cs_status", "good_return_time", "end_time", "num_iid", "price",
            "shipping_type", "refund_remind_timeout", "split_seller_fee", "split_taobao_fee",
        ]).joined(separator: ",")

    /// What the parcels of an order are asked for. The platform spells one field `is_spilt`
    /// (api:235).
    static let parcels = [
        "tid", "order_code", "out_sid", "company_name", "status", "created", "modified",
        "is_spilt", "is_split", "sub_tids",
    ].joined(separator: ",")
}
