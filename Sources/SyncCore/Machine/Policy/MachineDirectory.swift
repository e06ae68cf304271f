/// Which shops belong to which app, and where each is in the machine.
struct MachineDirectory: Sendable {
    private let appIndices: [AppID: AppIndex]
    private let shopIndices: [ShopID: ShopIndex]
    private let appOfShop: [AppIndex]
    private let shopsOfApp: [[ShopIndex]]

    init(_ configuration: MachineConfiguration) {
        let apps = configuration.apps.indices.map(AppIndex.init(position:))
        let shops = configuration.shops.indices.map(ShopIndex.init(position:))
        let appIndices = Dictionary(
            uniqueKeysWithValues: zip(configuration.apps.map(\.id), apps))
        let appOfShop = configuration.shops.map { shop in
            guard let app = appIndices[shop.app] else {
                preconditionFailure("shop \(shop.id) names no app")
            }
            return app
        }
        self.appIndices = appIndices
        self.appOfShop = appOfShop
        shopIndices = Dictionary(
            uniqueKeysWithValues: zip(configuration.shops.map(\.id), shops))
        let byApp = Dictionary(grouping: shops) { appOfShop[$0.position] }
        shopsOfApp = apps.map { byApp[$0] ?? [] }
    }

    func app(of shop: ShopIndex) -> AppIndex { appOfShop[shop.position] }

    func shops(of app: AppIndex) -> [ShopIndex] { shopsOfApp[app.position] }

    func find(_ id: ShopID) -> ShopIndex? { shopIndices[id] }

    func index(of id: ShopID) -> ShopIndex {
        guard let index = find(id) else { preconditionFailure("no shop \(id)") }
        return index
    }

    func index(of id: AppID) -> AppIndex {
        guard let index = appIndices[id] else { preconditionFailure("no app \(id)") }
        return index
    }
}
