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
    static let list = [
        "tid", "num", "num_iid", "status", "title", "type", "price", "payment", "discount_fee",
        "total_fee", "adjust_fee", "post_fee", "received_payment", "created", "pay_time",
        "modified", "consign_time", "end_time", "seller_nick", "seller_flag", "seller_rate",
        "buyer_nick", "buyer_open_uid", "buyer_rate", "has_buyer_message", "pic_path",
        "receiver_name", "receiver_state", "receiver_city", "receiver_district", "receiver_town",
        "receiver_address", "receiver_zip", "receiver_mobile", "receiver_phone",
        "receiver_country", "oaid", "shipping_type", "step_trade_status", "step_paid_fee",
        "credit_card_fee", "mark_desc", "service_type", "shop_pick", "order_tax_fee",
        "rx_audit_status", "no_shipping", "orders", "service_orders",
    ].joined(separator: ",")
}
