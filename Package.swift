// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours is built with the same strict settings; a warning is an error.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let argumentParser: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")
let coreMetrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let lifecycle: Target.Dependency = .product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let signals: Target.Dependency = .product(
    name: "UnixSignals", package: "swift-service-lifecycle")
let tomlKit: Target.Dependency = .product(name: "TOMLKit", package: "TOMLKit")

// Targets are in reading order: each imports only targets above it (the C shims aside).
let package = Package(
    name: "ordersync",
    products: [.executable(name: "ordersync", targets: ["OrderSync"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.11.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: [
        .target(name: "SyncCore", swiftSettings: strict),
        .target(
            name: "WireFormat", dependencies: ["SyncCore", crypto], swiftSettings: strict),
        .target(
            name: "Platforms", dependencies: ["SyncCore", "WireFormat", crypto],
            swiftSettings: strict),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(
            name: "OrderStore", dependencies: ["SyncCore", "WireFormat", "CSQLite"],
            exclude: ["Schema.sql"], resources: [.embedInCode("Migrations")],
            swiftSettings: strict),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(
            name: "HTTPTransport", dependencies: ["WireFormat", "CCurl"], swiftSettings: strict),
        .target(
            name: "Observability",
            dependencies: [
                "SyncCore", "WireFormat", coreMetrics, crypto, logging, nioCore, nioHTTP1,
                nioPosix,
            ],
            resources: [.embedInCode("Resources")], swiftSettings: strict),
        .target(
            name: "SandboxGateway",
            dependencies: [
                "SyncCore", "WireFormat", "Platforms", crypto, nioCore, nioHTTP1, nioPosix,
            ],
            swiftSettings: strict),
        .systemLibrary(name: "CMemory"),
        .target(
            name: "ProgramSupport", dependencies: ["SyncCore", "CMemory"],
            swiftSettings: strict),
        .target(
            name: "Report",
            dependencies: ["SyncCore", "WireFormat", "OrderStore", "ProgramSupport"],
            swiftSettings: strict),
        .target(
            name: "Configuration",
            dependencies: [
                "SyncCore", "WireFormat", "Platforms", "OrderStore", "HTTPTransport",
                "Observability", "ProgramSupport", logging, tomlKit,
            ],
            swiftSettings: strict),
        .target(
            name: "Authorisation",
            dependencies: [
                "SyncCore", "WireFormat", "Platforms", "OrderStore", "HTTPTransport",
                "Observability", "ProgramSupport", "Configuration", logging,
            ],
            swiftSettings: strict),
        .target(
            name: "Engine",
            dependencies: [
                "SyncCore", "WireFormat", "Platforms", "OrderStore", "HTTPTransport",
                "Observability", "ProgramSupport", "Configuration", "Authorisation", coreMetrics,
                logging,
            ],
            swiftSettings: strict),
        .target(
            name: "StatusPage",
            dependencies: [
                "SyncCore", "WireFormat", "OrderStore", "Observability", "ProgramSupport",
                "Configuration", "Engine", lifecycle, logging,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "OrderSync",
            dependencies: [
                "SyncCore", "WireFormat", "Platforms", "OrderStore", "HTTPTransport",
                "Observability", "SandboxGateway", "ProgramSupport", "Report", "Configuration",
                "Authorisation", "Engine", "StatusPage", argumentParser, lifecycle, logging,
                signals,
            ],
            swiftSettings: strict),
        .systemLibrary(name: "CSpawn", path: "Tests/CSpawn"),
        .target(
            name: "TestSupport", dependencies: ["CSpawn"], path: "Tests/TestSupport",
            swiftSettings: strict),
        .testTarget(name: "SyncCoreTests", dependencies: ["SyncCore"], swiftSettings: strict),
        .testTarget(
            name: "SandboxGatewayTests",
            dependencies: [
                "SandboxGateway", "SyncCore", "WireFormat", "Platforms", nioCore, nioHTTP1,
                nioPosix,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "OrderStoreTests",
            dependencies: ["OrderStore", "SyncCore", "WireFormat", "CSQLite", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "WireFormatTests", dependencies: ["WireFormat", "SyncCore"],
            swiftSettings: strict),
        .testTarget(
            name: "PlatformsTests", dependencies: ["SyncCore", "WireFormat", "Platforms", crypto],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "HTTPTransportTests", dependencies: ["HTTPTransport", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ObservabilityTests",
            dependencies: [
                "Observability", "WireFormat", coreMetrics, logging, nioCore, nioPosix,
                "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "OrderSyncTests",
            dependencies: [
                "OrderSync", "SyncCore", "WireFormat", "Platforms", "OrderStore",
                "HTTPTransport", "Observability", "ProgramSupport", "Report", "Configuration",
                "Authorisation", "Engine", "StatusPage", argumentParser, logging, "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SystemTests", dependencies: ["OrderSync", "CSQLite", "TestSupport"],
            swiftSettings: strict),
        .testTarget(name: "TidyTests", swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
