public import SyncCore

extension CallFailure {
    /// The failure of a call for a shop, with the shop's name where its advice has `SHOP`.
    public func of(shop: String) -> CallFailure {
        var copy = self
        copy.line = Advice.naming(shop, in: line)
        return copy
    }
}

extension AuthorisationFailure {
    /// The same for what renews a session.
    public func of(shop: String) -> AuthorisationFailure {
        AuthorisationFailure(kind, code: code, line: Advice.naming(shop, in: line))
    }
}

private enum Advice {
    static func naming(_ shop: String, in line: String) -> String {
        line.replacing("`ordersync auth login SHOP`", with: "`ordersync auth login \(shop)`")
    }
}
