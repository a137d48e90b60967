// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "DeployKit",
    products: [
        .library(name: "DeployKit", targets: ["DeployKit"]),
        .library(name: "DeployKitTesting", targets: ["DeployKitTesting"]),
        .executable(name: "ci-stage", targets: ["ci-stage"]),
        .executable(name: "ci-prod", targets: ["ci-prod"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "DeployKit",
            dependencies: [
                "CCurl",
                "COpenSSL",
                "CZlib",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings
        ),
        .target(name: "DeployKitTesting", dependencies: ["DeployKit"], swiftSettings: settings),
        .target(
            name: "DeployCommands",
            dependencies: [
                "DeployKit",
                "DeployKitTesting",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .target(name: "BankFlow", dependencies: ["DeployKit"], swiftSettings: settings),
        .executableTarget(name: "ci-stage", dependencies: ["BankFlow", "DeployCommands"], swiftSettings: settings),
        .executableTarget(name: "ci-prod", dependencies: ["BankFlow", "DeployCommands"], swiftSettings: settings),
        .executableTarget(name: "simulate", dependencies: ["DeployKitTesting"], swiftSettings: settings),
        .executableTarget(
            name: "bench-adapter",
            dependencies: ["DeployKit", "DeployCommands"],
            path: "Benchmarks/adapter",
            swiftSettings: settings
        ),
        .testTarget(
            name: "DeployKitTests",
            dependencies: ["DeployKit", "DeployKitTesting", "BankFlow"],
            resources: [.copy("Resources")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DeployCommandsTests",
            dependencies: ["DeployCommands", "DeployKitTesting", "BankFlow"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "LabTests",
            dependencies: ["DeployKit", "DeployKitTesting", "BankFlow"],
            exclude: ["Resources"],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
