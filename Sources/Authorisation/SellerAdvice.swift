public import OrderStore
public import SyncCore

/// What to do where a session, a shop and the database do not agree about the seller.
public enum SellerAdvice {
    public static func otherSeller(
        _ seller: SellerIdentity, stored: SellerIdentity, shop: String
    ) -> String {
        "the session belongs to seller \(seller.text), the database holds orders of seller "
            + "\(stored.text); the shop is paused. Run: ordersync auth login \(shop) with the "
            + "right account, or give the other seller its own [[shop]]"
    }

    /// Names only, which a seller can change.
    public static func otherName(
        _ seller: SellerIdentity, stored: SellerIdentity, shop: String
    ) -> String {
        "the session belongs to seller \(seller.text); the database knows the seller of its orders "
            + "only by the name \(stored.text). Nothing is stored until the session reads an order "
            + "that is stored already: then the account was renamed, and the shop continues. If it "
            + "is another account, run: ordersync auth login \(shop) with the right one"
    }

    public static func twoShops(_ first: String, _ second: String, _ seller: String) -> String {
        "seller \(seller) is synced as shop \(first) already, so shop \(second) would count its "
            + "orders twice. Remove one of the two [[shop]] entries, or give \(second) the session "
            + "of its own seller"
    }

    /// The platform does not answer whose the sessions are; their orders show it.
    public static func twoShops(_ twin: SellerTwin, _ second: String) -> String {
        if twin.order.isEmpty { return twoShops(twin.shop, second, twin.seller.text) }
        return "shops \(twin.shop) and \(second) both read order \(twin.order), so they are one "
            + "seller; \(second) is paused, because its orders would be counted twice. Remove one "
            + "of the two [[shop]] entries, and give another seller its own [[shop]]"
    }

    public static func twoPromoters(_ first: String, _ second: String) -> String {
        "\(first) and \(second) are the same promoter's account, so its earnings would be counted "
            + "twice; \(second) is paused. Remove one of the two [[shop]] entries, or give "
            + "\(second) the app of its own account"
    }

    /// Why a login or an import is not stored.
    public static func notStored(
        _ seller: SellerIdentity, stored: SellerIdentity, shop: String
    ) -> String {
        "shop \(shop) is the seller \(stored.text)'s, but \(seller.text) has authorised: nothing "
            + "is changed. Log in as \(stored.text), or give the other seller its own [[shop]]"
    }

    public static func renamed(_ old: String, _ new: String, _ seller: String) -> String {
        "the database holds the orders of \(seller) under the shop name \(old), which is not "
            + "configured. Stop the service and run: ordersync db rename-shop \(old) \(new)"
    }
}
