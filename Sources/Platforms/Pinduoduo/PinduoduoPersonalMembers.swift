internal import SyncCore
internal import WireFormat

/// Members of Pinduoduo's orders and after-sales that describe buyers and receivers. Sealed texts
/// lead to a person as much as plain ones do. Not among them, though they sound so: `address_id`
/// and the like of depots, `tracking_number`, and `outer_id`, which is the seller's own.
enum PinduoduoPersonalMembers {
    static let all = PersonalMembers(table, otherwisePrefix: "receiver_")

    static let table: [(name: String, kind: PersonalText)] = [
        ("receiver_name", .name),
        ("receiver_name_mask", .name),
        ("merchant_exchange_detail_receiver", .name),
        ("merchant_exchange_detail_receiver_mask", .name),

        ("contact_mobile", .phone),
        ("receiver_phone", .phone),
        ("receiver_phone_mask", .phone),
        ("merchant_exchange_detail_phone", .phone),
        ("merchant_exchange_detail_phone_mask", .phone),

        ("address", .place),
        ("address_mask", .place),
        ("receiver_address", .place),
        ("receiver_address_mask", .place),
        ("merchant_exchange_detail_address", .place),
        ("merchant_exchange_detail_address_mask", .place),

        ("city", .area),
        ("country", .area),
        ("province", .area),
        ("town", .area),
        ("exchange_receiver_city", .area),
        ("exchange_receiver_province", .area),
        ("exchange_receiver_town", .area),

        ("buyer_memo", .message),

        ("open_address_id", .identity),
        ("open_address_id_2", .identity),
        ("card_no", .identity),
        ("mask_password", .identity),
        ("id_card_name", .identity),
        ("id_card_num", .identity),
        ("inner_transaction_id", .identity),
        ("pay_no", .identity),
        // Pictures that buyers attach to a complaint.
        ("images", .identity),
    ]
}
