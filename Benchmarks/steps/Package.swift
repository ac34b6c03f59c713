// swift-tools-version: 6.2
import PackageDescription

// DVSKIT names another checkout, so that two versions of the engine can be timed by one program.
let package = Package(
  name: "steps-benchmark",
  dependencies: [.package(name: "dvskit", path: Context.environment["DVSKIT"] ?? "../..")],
  targets: [
    .executableTarget(
      name: "time-steps",
      dependencies: [
        .product(name: "CPUEngine", package: "dvskit"),
        .product(name: "SpikingNetwork", package: "dvskit"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
  ]
)
