// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "load-benchmark",
  dependencies: [
    .package(name: "dvskit", path: "../.."),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    .executableTarget(
      name: "load-frames",
      dependencies: [
        .product(name: "FrameCache", package: "dvskit"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
  ]
)
