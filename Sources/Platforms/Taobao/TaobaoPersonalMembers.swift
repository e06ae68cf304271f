internal import SyncCore
internal import WireFormat

/// Members of TOP's trades and refunds that describe buyers and receivers (api:54, api:46, api:53).
/// Not among them, though they sound so: `invoice_no` is a parcel's number, `address` of a refund
/// is where the seller takes goods back, `buyer_rate`, `buyer_flag` and `buyer_cod_fee` describe
/// the order.
enum TaobaoPersonalMembers {
    static let all = PersonalMembers(table, otherwisePrefix: "receiver_")

    static let table: [(name: String, kind: PersonalText)] = [
        ("buyer_nick", .name),
        ("buyer_name", .name),
        ("receiver_name", .name),

        ("buyer_mobile", .phone),
        ("buyer_phone", .phone),
        ("receiver_mobile", .phone),
        ("receiver_mobile_new", .phone),
        ("receiver_phone", .phone),
        ("receiver_phone_new", .phone),

        ("receiver_address", .place),
        ("receiver_town", .place),
        ("receiver_zip", .place),

        ("buyer_area", .area),
        ("receiver_city", .area),
        ("receiver_country", .area),
        ("receiver_district", .area),
        ("receiver_state", .area),

        ("buyer_memo", .message),
        ("buyer_message", .message),
        // The buyer's words about a refund.
        ("desc", .message),
        ("trade_memo", .message),

        // The receiver's address in a sealed form, by which it is deciphered.
        ("aid", .identity),
        ("oaid", .identity),
        ("open_address_id", .identity),
        ("address_details", .identity),
        ("logistics_modify_info", .identity),
        // The buyer's account.
        ("acookie_id", .identity),
        ("alipay_id", .identity),
        ("alipay_no", .identity),
        ("buyer_alipay_no", .identity),
        ("buyer_email", .identity),
        ("buyer_id", .identity),
        ("buyer_ip", .identity),
        ("buyer_open_id", .identity),
        ("buyer_open_uid", .identity),
        ("buyer_uid", .identity),
        ("ouid", .identity),
        // Vouchers and cars carry telephone and licence numbers.
        ("et_plate_number", .identity),
        ("eticket_ext", .identity),
        // To whom the invoice is made out.
        ("buyer_tax_no", .identity),
        ("invoice_name", .identity),
        ("invoice_title", .identity),
        ("payer_address", .identity),
        ("payer_bank", .identity),
        ("payer_bankaccount", .identity),
        ("payer_email", .identity),
        ("payer_name", .identity),
        ("payer_phone", .identity),
        ("payer_register_no", .identity),
    ]
}
