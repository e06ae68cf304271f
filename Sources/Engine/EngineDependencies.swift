import Authorisation
public import Configuration
public import HTTPTransport
public import Logging
public import OrderStore
import Platforms
import ProgramSupport
public import SyncCore
public import WireFormat

/// What an engine is made of.
public struct EngineDependencies: Sendable {
    public var store: OrderStore
    public var transport: any Transport
    public var apps: [EngineApp]
    public var shops: [ShopID: EngineShop]
    public var machine: MachineConfiguration
    public var log: Logger
    /// Keeps sessions of other sellers out.
    public var sellers: SellerGuard
    /// Renews stored sessions.
    var authoriser: Authoriser
    /// Strikes a secret out of every log line from now on.
    public var onSecret: @Sendable (Secret) -> Void
    /// What the status page wants to know; nil where there is none.
    public var runState: RunState?

    public func app(_ id: AppID) -> EngineApp {
        guard let app = apps.first(where: { $0.id == id }) else {
            preconditionFailure("no app \(id)")
        }
        return app
    }

    public func shop(_ id: ShopID) -> EngineShop {
        guard let shop = shops[id] else { preconditionFailure("no shop \(id)") }
        return shop
    }
}

extension EngineDependencies {
    /// Reads secrets, registers shops and takes up what an earlier run left.
    /// - Parameters:
    ///   - streams: what to sync instead of what each shop is configured for.
    ///   - shopNames: all names of the configuration, where this is a part of it.
    public static func make(
        _ configuration: Configuration, store: OrderStore, transport: any Transport,
        log: Logger, startsFresh: Bool = false, streams: Set<StreamKind>? = nil,
        shopNames: Set<String>? = nil,
        onSecret: @escaping @Sendable (Secret) -> Void
    ) async throws -> EngineDependencies {
        var apps: [EngineApp] = []
        var machineApps: [MachineConfiguration.App] = []
        for (index, app) in configuration.apps.enumerated() {
            let secret = try app.secret.read()
            onSecret(secret)
            let id = AppID(index)
            apps.append(engineApp(app, id, secret: secret, configuration.privacy))
            machineApps.append(try await machineApp(app, id, store, startsFresh: startsFresh))
        }
        var shops: [ShopID: EngineShop] = [:]
        var authorised: [Authoriser.Shop] = []
        var machineShops: [MachineConfiguration.Shop] = []
        for shop in configuration.shops {
            guard let index = configuration.apps.firstIndex(where: { $0.name == shop.app }) else {
                preconditionFailure("the reader checks that a shop's app exists")
            }
            let id = try await store.registerShop(
                name: shop.name, platform: configuration.apps[index].platform.rawValue,
                app: shop.app)
            shops[id] = EngineShop(
                id: id, name: shop.name, app: AppID(index),
                session: shop.isPromoter ? nil : shop.session,
                types: shop.types, details: shop.details,
                parcelPlan: ParcelPlan(intervalSeconds: shop.parcelIntervalSeconds))
            let client = configuration.apps[index].tokenClient(
                secret: apps[index].secret, transport: transport,
                storePath: configuration.storePath)
            if shop.isPromoter {
                try await store.setWatches(shop.watches, of: id, now: SystemClocks.wall())
            } else {
                authorised.append(
                    Authoriser.Shop(
                        id: id, name: shop.name, source: shop.session, client: client))
            }
            machineShops.append(
                machineShop(shop, id, AppID(index), try await store.restore(id), streams))
        }
        var machine = MachineConfiguration(apps: machineApps, shops: machineShops)
        machine.tracedShop = shops.values.first { $0.name == configuration.tracedShop }?.id
        machine.seed = UInt64.random(in: .min ... .max)
        return EngineDependencies(
            store: store, transport: transport, apps: apps, shops: shops, machine: machine,
            log: log,
            sellers: SellerGuard(
                store: store, names: shops.mapValues(\.name),
                configured: shopNames ?? Set(configuration.shops.map(\.name))),
            authoriser: Authoriser(authorised, store: store, log: log, onSecret: onSecret),
            onSecret: onSecret)
    }

    private static func limit(_ app: Configuration.App) -> RateLimiter.Policy {
        RateLimiter.Policy(
            callsPerSecond: app.callsPerSecond, burst: app.burst, callsPerDay: app.callsPerDay)
    }

    private static func engineApp(
        _ app: Configuration.App, _ id: AppID, secret: Secret, _ privacy: PrivacyPolicy
    ) -> EngineApp {
        EngineApp(
            id: id, name: app.name, platform: app.platform, adapter: app.adapter,
            gateway: app.gateway, key: app.key, secret: secret, limit: limit(app),
            privacy: PersonalFilter(policy: privacy, members: app.platform.personalMembers))
    }

    /// What an earlier run left of an app: its bans, and the calls that it may have made.
    private static func machineApp(
        _ app: Configuration.App, _ id: AppID, _ store: OrderStore, startsFresh: Bool
    ) async throws -> MachineConfiguration.App {
        let bans = try await store.bans(app: app.name, now: SystemClocks.wall()).compactMap { ban in
            RateLimiter.BanScope(method: ban.method, app.adapter).map {
                (scope: $0, until: ban.until)
            }
        }
        try await store.bookUnrecordedCalls(app: app.name)
        let reserved = try await store.reservedCalls(app: app.name)
        var made = MachineConfiguration.App(
            id: id, limit: limit(app), rules: app.rules,
            callsByDay: BeijingDay.numbered(reserved),
            startsFresh: startsFresh, bans: bans)
        made.carriersAt = try await store.carriersStored(platform: app.platform.rawValue)
        made.callsByClass = BeijingDay.numbered(try await store.callsByClass(app: app.name))
        return made
    }

    private static func machineShop(
        _ shop: Configuration.Shop, _ id: ShopID, _ app: AppID,
        _ restored: MachineConfiguration.Restored, _ streams: Set<StreamKind>?
    ) -> MachineConfiguration.Shop {
        var made = MachineConfiguration.Shop(
            id: id, app: app, settle: shop.settleSeconds, overlap: shop.overlapSeconds,
            pollIntervalMilliseconds: shop.pollIntervalMilliseconds,
            backfillDays: shop.backfillDays,
            restored: restored)
        made.streams = streams ?? shop.streamKinds
        made.sweepDelays = shop.sweepSeconds
        made.overlapMax = shop.overlapMaxSeconds
        made.settleMax = shop.settleMaxSeconds
        made.refundIntervalMilliseconds = shop.refundIntervalMilliseconds
        made.parcelIntervalSeconds = shop.parcelIntervalSeconds
        // What was granted says whose it is: no call is needed.
        made.asksSeller = !shop.isPromoter && !shop.session.namesSeller
        return made
    }
}

extension RateLimiter.BanScope {
    /// A scope as the database names it; nil for a method that only commands call.
    init?(method: String, _ adapter: any PlatformAdapter) {
        if method.isEmpty {
            self = .app
        } else if let known = CallMethod.allCases.first(where: { adapter.methodName($0) == method })
        {
            self = .method(known)
        } else {
            return nil
        }
    }
}
