// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "readers-benchmark",
  dependencies: [
    .package(name: "dvskit", path: "../.."),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    // What the readers decompress with, called directly.
    .target(
      name: "Decompression",
      linkerSettings: [.linkedLibrary("lz4"), .linkedLibrary("z"), .linkedLibrary("zstd")]),
    .executableTarget(
      name: "time-reader",
      dependencies: [
        "Decompression",
        .product(name: "ClassFolders", package: "dvskit"),
        .product(name: "EventData", package: "dvskit"),
        .product(name: "EventFrames", package: "dvskit"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
  ]
)
