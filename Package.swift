// swift-tools-version: 6.3
import Foundation
import PackageDescription

/// What every target is compiled with: Swift 6, no implicit `any`, no leaking imports, unsafe code marked.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

/// For the targets that define a `~Escapable` view.
let lifetimes: SwiftSetting = .enableExperimentalFeature("Lifetimes")

/// The commit that is built, which `make` passes on; not known to a plain `swift build`.
let commit: [CSetting] =
  Context.environment["DVSKIT_COMMIT"].map { [.define("DVSKIT_COMMIT", to: $0)] } ?? []

/// ISA-L unpacks archives and computes checksums of `.npz`, except where it is missing: there zlib does, and
/// unpacking takes over twice the time.
let hasISAL =
  Context.environment["DVSKIT_WITHOUT_ISAL"] == nil
  && ["/usr/include", "/usr/local/include"].contains {
    FileManager.default.fileExists(atPath: $0 + "/isa-l/igzip_lib.h")
  }
let isal: [Target.Dependency] = hasISAL ? ["CISAL"] : []
let isalSettings: [SwiftSetting] = hasISAL ? [.define("DVSKIT_ISAL")] : []

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

let package = Package(
  name: "dvskit",
  products: [
    // What others may build on, `public` in these; what only the package's own targets share is `package`.
    .library(name: "EventData", targets: ["EventData"]),
    .library(name: "AEDAT", targets: ["AEDAT"]),
    .library(name: "ClassFolders", targets: ["ClassFolders"]),
    .library(name: "GestureDataSet", targets: ["GestureDataSet"]),
    .library(name: "FileAccess", targets: ["FileAccess"]),
    .library(name: "EventFrames", targets: ["EventFrames"]),
    .library(name: "FrameCache", targets: ["FrameCache"]),
    .library(name: "FrameConversion", targets: ["FrameConversion"]),
    .library(name: "SpikingNetwork", targets: ["SpikingNetwork"]),
    .library(name: "CPUEngine", targets: ["CPUEngine"]),
    .library(name: "CUDAEngine", targets: ["CUDAEngine"]),
    // For Python, and for others that call C.
    .library(name: "dvskit", type: .dynamic, targets: ["PythonInterface"]),
    .executable(name: "dvsprep", targets: ["dvsprep"]),
    .executable(name: "dvstrain", targets: ["dvstrain"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    // System libraries.
    .systemLibrary(
      name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CGIF", pkgConfig: "libgif", providers: [.apt(["libgif-dev"])]),
    .systemLibrary(name: "CISAL", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

    // Libraries, from the ground up.
    .target(name: "RandomStreams", swiftSettings: strict),
    .target(name: "Threads", swiftSettings: strict),
    .target(name: "AddressSpace", dependencies: ["CLinux"], swiftSettings: strict),
    .target(
      name: "FileAccess", dependencies: ["CLinux", "CXXHash", system],
      swiftSettings: strict),
    .target(name: "HDF5", dependencies: ["CHDF5"], swiftSettings: strict),
    .target(
      name: "HDF5Reading", dependencies: ["FileAccess"], swiftSettings: strict + [lifetimes]),
    .target(
      name: "EventData", dependencies: ["FileAccess", "Threads", system],
      swiftSettings: strict + [lifetimes]),
    .target(
      name: "AEDAT", dependencies: ["EventData", "FileAccess", system],
      swiftSettings: strict + [lifetimes]),
    .target(
      name: "RecordingFormats",
      dependencies: [
        "AEDAT", "CLZ4", "CZstd", "EventData", "FileAccess", "NumPyFiles", "ZipArchives", system,
      ],
      swiftSettings: strict + [lifetimes]),
    .target(
      name: "Archives",
      dependencies: ["CArchive", "CZlib", "EventData", "FileAccess", system] + isal,
      swiftSettings: strict + isalSettings),
    .target(
      name: "GestureDataSet",
      dependencies: ["AEDAT", "Archives", "EventData", "FileAccess", "Threads", system],
      swiftSettings: strict),
    .target(
      name: "EventFrames", dependencies: ["EventData", "FileAccess", "Threads"],
      swiftSettings: strict + [lifetimes]),
    .target(
      name: "ClassFolders",
      dependencies: [
        "AEDAT", "EventData", "EventFrames", "FileAccess", "GestureDataSet", "RecordingFormats",
        "Threads", system,
      ],
      swiftSettings: strict),
    .target(
      name: "FrameCache",
      dependencies: [
        "AddressSpace", "CZstd", "EventData", "FileAccess", "HDF5", "HDF5Reading", "RandomStreams",
        "Threads", system,
      ],
      swiftSettings: strict + [lifetimes]),
    .target(
      name: "FrameConversion",
      dependencies: ["EventData", "EventFrames", "FileAccess", "FrameCache", "Threads", system],
      swiftSettings: strict),
    .target(
      name: "IsolatedReading", dependencies: ["CLinux", "FileAccess", "Threads", system],
      swiftSettings: strict),
    .target(
      name: "CacheRepacking",
      dependencies: [
        "CZstd", "EventData", "FileAccess", "FrameCache", "FrameConversion", "HDF5",
        "HDF5Reading", "IsolatedReading", "Threads", system,
      ],
      swiftSettings: strict),
    .target(
      name: "FrameExchange",
      dependencies: [
        "ClassFolders", "EventData", "EventFrames", "FileAccess", "FrameCache",
        "FrameConversion", "GestureDataSet", "HDF5", "IsolatedReading", "NumPyFiles", "Threads",
        "ZipArchives", system,
      ],
      swiftSettings: strict),
    .target(
      name: "Figures", dependencies: ["CGIF", "CPNG", "FileAccess"],
      resources: [.embedInCode("Page/Assets")],
      swiftSettings: strict),
    .target(
      name: "CacheInspection",
      dependencies: [
        "EventData", "Figures", "FileAccess", "FrameCache", "FrameConversion", "Threads", system,
      ],
      resources: [.embedInCode("Gallery/Assets")], swiftSettings: strict),
    .target(
      name: "RecordingView",
      dependencies: [
        "ClassFolders", "EventData", "EventFrames", "Figures", "FileAccess", "GestureDataSet",
        system,
      ],
      resources: [.embedInCode("Assets")], swiftSettings: strict),
    .target(
      name: "GestureSynthesis",
      dependencies: [
        "AEDAT", "EventData", "FileAccess", "GestureDataSet", "RandomStreams", "Threads", system,
      ],
      swiftSettings: strict),
    .target(name: "CDVSKit"),
    .target(
      name: "PythonInterface",
      dependencies: [
        "AddressSpace", "CDVSKit", "CLinux", "ClassFolders", "EventData", "EventFrames",
        "FileAccess", "FrameCache", "Threads", system,
      ],
      swiftSettings: strict),
    .target(name: "Terminal", dependencies: ["Threads"], swiftSettings: strict),
    .target(name: "CArguments"),
    .target(name: "CVersion", cSettings: commit),
    .target(
      name: "ToolSupport",
      dependencies: [
        "AddressSpace", "CArguments", "CVersion", "FileAccess", "Terminal", argumentParser, system,
      ],
      swiftSettings: strict),
    .target(name: "CDVSKernels"),
    .target(name: "SpikingNetwork", dependencies: ["RandomStreams"], swiftSettings: strict),
    .target(
      name: "CUDAKernels", exclude: ["kernels", "kernels_75.ptx.gz", "kernels_80.ptx.gz"]),
    .target(
      name: "CUDAEngine", dependencies: ["CUDAKernels", "CZlib", "SpikingNetwork"],
      swiftSettings: strict),
    .target(
      name: "CUDAEmulator",
      cxxSettings: [
        .headerSearchPath("."), .headerSearchPath("../CUDAKernels/include"),
        .headerSearchPath("../CUDAKernels/kernels"),
      ]),
    .target(
      name: "CPUEngine",
      dependencies: ["AddressSpace", "CDVSKernels", "SpikingNetwork", "Threads"],
      swiftSettings: strict),
    .target(
      name: "MPI", dependencies: ["CLinux", "RandomStreams", "SpikingNetwork", "Threads"],
      swiftSettings: strict),
    .target(
      name: "Safetensors", dependencies: ["FileAccess", "SpikingNetwork", system],
      swiftSettings: strict),
    .target(
      name: "ZipArchives", dependencies: ["CZlib", "FileAccess"] + isal,
      swiftSettings: strict + [lifetimes] + isalSettings),
    .target(
      name: "NumPyFiles", dependencies: ["FileAccess", "ZipArchives"],
      swiftSettings: strict + [lifetimes]),
    .target(
      name: "TorchFiles", dependencies: ["FileAccess", "SpikingNetwork", "ZipArchives", system],
      swiftSettings: strict + [lifetimes]),
    .target(
      name: "NIRFiles", dependencies: ["FileAccess", "HDF5", system], swiftSettings: strict),
    .target(name: "ProtocolBuffers", swiftSettings: strict),
    .target(
      name: "TensorBoard", dependencies: ["FileAccess", "ProtocolBuffers", system],
      swiftSettings: strict),
    .target(
      name: "Train",
      dependencies: [
        "ClassFolders", "EventData", "EventFrames", "Figures", "FileAccess", "FrameCache",
        "GestureDataSet", "IsolatedReading", "NIRFiles", "ProtocolBuffers", "RandomStreams",
        "Safetensors", "SpikingNetwork", "TensorBoard", "Terminal", "Threads", "TorchFiles", system,
      ],
      swiftSettings: strict),

    // Tools.
    .executableTarget(
      name: "dvsprep",
      dependencies: [
        "CacheInspection", "CacheRepacking", "ClassFolders", "EventData", "EventFrames",
        "Figures", "FileAccess", "FrameCache", "FrameConversion", "FrameExchange",
        "GestureDataSet", "GestureSynthesis", "RecordingView", "Terminal", "Threads", "ToolSupport",
        argumentParser,
        system,
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "dvstrain",
      dependencies: [
        "CPUEngine", "CUDAEngine", "EventData", "FileAccess", "FrameCache", "MPI",
        "RecordingFormats", "SpikingNetwork", "Terminal", "Threads", "ToolSupport", "Train",
        argumentParser, system,
      ],
      swiftSettings: strict),

    // The examples of Documentation/dvskit.docc: `packageAccess: false`, since readers have only what is public.
    .target(
      name: "Examples",
      dependencies: [
        "AEDAT", "ClassFolders", "EventData", "EventFrames", "FileAccess", "FrameCache",
        "SpikingNetwork", system,
      ],
      path: "Examples", packageAccess: false,
      swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),

    // Tests.
    .target(
      name: "Support",
      dependencies: [
        "AEDAT", "EventData", "FileAccess", "FrameCache", "GestureDataSet", "HDF5Reading",
        "SpikingNetwork", "Threads", system,
      ],
      path: "Tests/Support",
      swiftSettings: strict),
    .executableTarget(
      name: "cache-mutants",
      dependencies: [
        "CHDF5", "CacheRepacking", "EventData", "FileAccess", "FrameCache", "FrameConversion",
        "HDF5", "IsolatedReading", "Support", argumentParser, system,
      ],
      path: "Tests/Mutants",
      swiftSettings: strict),
    .executableTarget(
      name: "recording-mutants",
      dependencies: [
        "ClassFolders", "EventData", "EventFrames", "FileAccess", "RecordingFormats",
        "RecordingView", "Support", "ZipArchives", argumentParser, system,
      ],
      path: "Tests/RecordingMutants",
      swiftSettings: strict),
    .executableTarget(
      name: "torch-mutants",
      dependencies: ["FileAccess", "Support", "Train", "ZipArchives", argumentParser, system],
      path: "Tests/TorchMutants",
      swiftSettings: strict),
    .executableTarget(
      name: "graph-mutants",
      dependencies: [
        "CHDF5", "FileAccess", "HDF5", "NIRFiles", "SpikingNetwork", "Support", "ToolSupport",
        "Train", argumentParser, system,
      ],
      path: "Tests/GraphMutants",
      swiftSettings: strict),
    .testTarget(
      name: "EventDataTests", dependencies: ["EventData", "Support", system],
      swiftSettings: strict),
    .testTarget(
      name: "EventFramesTests",
      dependencies: ["AEDAT", "EventData", "EventFrames", "FileAccess", "Support", system],
      swiftSettings: strict),
    .testTarget(
      name: "AEDATTests", dependencies: ["AEDAT", "EventData", "Support"], swiftSettings: strict),
    .testTarget(
      name: "RecordingFormatsTests",
      dependencies: [
        "EventData", "EventFrames", "NumPyFiles", "RecordingFormats", "RecordingView", "Support",
        "ZipArchives", system,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ExamplesTests",
      dependencies: [
        "EventData", "Examples", "FrameCache", "FrameConversion", "SpikingNetwork", "Support",
        system,
      ],
      swiftSettings: strict),
    .testTarget(name: "ThreadsTests", dependencies: ["Threads"], swiftSettings: strict),
    .testTarget(
      name: "MPITests", dependencies: ["MPI", "SpikingNetwork", "Threads"], swiftSettings: strict),
    .testTarget(
      name: "FileAccessTests", dependencies: ["FileAccess", "Support", "Threads", system],
      swiftSettings: strict),
    .testTarget(
      name: "HDF5Tests", dependencies: ["CHDF5", "HDF5", "Support", system],
      swiftSettings: strict),
    .testTarget(
      name: "HDF5ReadingTests", dependencies: ["HDF5", "HDF5Reading", "Support", system],
      swiftSettings: strict),
    .testTarget(
      name: "ArchivesTests",
      dependencies: ["Archives", "EventData", "FileAccess", "Support", system],
      swiftSettings: strict),
    .testTarget(
      name: "GestureDataSetTests",
      dependencies: [
        "AEDAT", "EventData", "FileAccess", "GestureDataSet", "Support", "Threads", system,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ClassFoldersTests",
      dependencies: [
        "AEDAT", "ClassFolders", "EventData", "EventFrames", "FileAccess", "FrameCache",
        "FrameConversion", "HDF5", "Support", "Threads", system,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "FrameCacheTests",
      dependencies: [
        "AEDAT", "CHDF5", "EventData", "EventFrames", "FileAccess", "FrameCache", "FrameConversion",
        "GestureDataSet", "HDF5", "HDF5Reading", "RandomStreams", "Support", "Threads", system,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "PythonInterfaceTests",
      dependencies: [
        "CDVSKit", "ClassFolders", "EventData", "EventFrames", "FileAccess", "FrameCache",
        "FrameConversion", "GestureDataSet", "PythonInterface", "Support", system,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "IsolatedReadingTests",
      dependencies: ["IsolatedReading", "Support", "Threads", system], swiftSettings: strict),
    .testTarget(
      name: "CacheRepackingTests",
      dependencies: [
        "CacheRepacking", "EventData", "FrameCache", "HDF5", "Support", system,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "FrameExchangeTests",
      dependencies: [
        "ClassFolders", "EventData", "FileAccess", "FrameCache", "FrameConversion",
        "FrameExchange", "GestureDataSet", "NumPyFiles", "Support", "Threads", "ZipArchives",
        system,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "FiguresTests", dependencies: ["CGIF", "CPNG", "Figures", "FileAccess", "Support"],
      swiftSettings: strict),
    .testTarget(
      name: "CacheInspectionTests",
      dependencies: [
        "CacheInspection", "EventData", "Figures", "FrameCache", "FrameConversion",
        "GestureDataSet", "Support", "Threads", system,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "GestureSynthesisTests",
      dependencies: [
        "FileAccess", "GestureDataSet", "GestureSynthesis", "RandomStreams", "Support", system,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "SpikingNetworkTests", dependencies: ["RandomStreams", "SpikingNetwork"],
      swiftSettings: strict),
    .testTarget(
      name: "EngineTests",
      dependencies: [
        "CDVSKernels", "CPUEngine", "CUDAEmulator", "CUDAEngine", "HDF5", "RandomStreams",
        "SpikingNetwork", "Support", system,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "SafetensorsTests",
      dependencies: ["FileAccess", "Safetensors", "SpikingNetwork", "Support", system],
      swiftSettings: strict),
    .testTarget(
      name: "NumPyFilesTests",
      dependencies: ["FileAccess", "NumPyFiles", "Support", "ZipArchives"],
      swiftSettings: strict),
    .testTarget(
      name: "TorchFilesTests",
      dependencies: ["FileAccess", "SpikingNetwork", "Support", "TorchFiles", system],
      swiftSettings: strict),
    .testTarget(
      name: "NIRFilesTests", dependencies: ["FileAccess", "HDF5", "NIRFiles", "Support", system],
      swiftSettings: strict),
    .testTarget(
      name: "TensorBoardTests",
      dependencies: ["FileAccess", "ProtocolBuffers", "Support", "TensorBoard", system],
      swiftSettings: strict),
    .testTarget(
      name: "TrainTests",
      dependencies: [
        "AEDAT", "CPUEngine", "ClassFolders", "EventData", "Figures", "FileAccess", "FrameCache",
        "FrameConversion", "GestureDataSet", "HDF5", "NIRFiles", "Safetensors", "SpikingNetwork",
        "Support", "TensorBoard", "TorchFiles", "Train", system,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ToolTests",
      dependencies: [
        "CPUEngine", "EventData", "FileAccess", "FrameCache", "NIRFiles", "Safetensors",
        "SpikingNetwork", "Support", "Terminal", "Threads", "ToolSupport", "Train", "dvsprep",
        "dvstrain", argumentParser, system,
      ],
      exclude: ["Expected"],
      swiftSettings: strict),
  ],
  cxxLanguageStandard: .cxx17
)

// With `DVSKIT_TEST_TARGETS`, names with spaces between them, only these test targets are built: ThreadSanitizer's run in CI needs few.
if let names = Context.environment["DVSKIT_TEST_TARGETS"]?.split(separator: " ").map(String.init) {
  for name in names where !package.targets.contains(where: { $0.type == .test && $0.name == name })
  {
    fatalError("DVSKIT_TEST_TARGETS: there is no test target \(name)")
  }
  package.targets.removeAll { $0.type == .test && !names.contains($0.name) }
}
