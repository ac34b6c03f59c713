import EventData
import FrameCache
import Support
import SystemPackage

/// A small valid cache from which mutants are made.
struct ValidCache: Sendable {
  let name: String
  let version: Int
  let file: ChecksummedFile

  /// All valid caches: both versions, counts of one and of two bytes, attributes in a heap,
  /// columns, preprocessed pixels, columns that are one dataset, and enough samples that the index
  /// of their chunks has pages.
  static func all(in folder: FilePath) throws -> [ValidCache] {
    [
      try ValidCache("v1_uint8", 1, in: folder) {
        try TinyCache.write($0, sampleCounts: [.train: 3, .test: 1], frameCount: 2)
      },
      try ValidCache("v1_uint16", 1, in: folder) {
        try TinyCache.write($0, sampleCounts: [.train: 2, .test: 2], elementType: .uint16)
      },
      try ValidCache("v2_uint8", 2, in: folder) {
        try TinyCache.write(
          $0, sampleCounts: [.train: 3, .test: 2], frameCount: 3, schema: schema(7, 6))
      },
      try ValidCache("v2_uint16", 2, in: folder) {
        try TinyCache.write(
          $0, sampleCounts: [.train: 4, .test: 1], frameCount: 2, elementType: .uint16,
          schema: schema(9, 8),
          preprocessing: try preprocessing(), shard: Shard(number: 1, of: 3), hasList: true)
      },
      try ValidCache("v2_shared", 2, in: folder) {
        var shared = schema(5, 4)
        shared.columns = (0..<32).map { AttributeColumn("c\($0)", .integer) }
        try TinyCache.write($0, sampleCounts: [.train: 100, .test: 1], schema: shared)
        SharedColumns.link(shared.columns, of: $0)
      },
      try ValidCache("v2_paged", 2, in: folder) {
        try TinyCache.write($0, sampleCounts: [.train: 1100, .test: 1], schema: schema(1, 1))
      },
    ]
  }

  private init(
    _ name: String, _ version: Int, in folder: FilePath, _ write: (FilePath) throws -> Void
  ) throws {
    let path = folder.appending("\(name).h5")
    try write(path)
    // Mutants of a file that is refused anyway would test nothing.
    _ = try FrameCache(opening: path)
    self.name = name
    self.version = version
    file = ChecksummedFile(try readFile(path))
  }

  private static func preprocessing() throws -> Preprocessing {
    var result = try Preprocessing(
      columns: 1..<8, rows: 2..<8, of: FrameShape(width: 9, height: 8), factor: (2, 3),
      droppedPixels: [Preprocessing.Pixel(x: 5, y: 3)])
    result.orientation = FrameOrientation(flipsY: true, rotation: .quarter)
    result.timeFilters = TimeFilters(refractoryMicroseconds: 300, noiseMicroseconds: 70)
    result.hotPixelRate = 25
    return result
  }

  private static func schema(_ width: Int, _ height: Int) -> DataSetSchema {
    DataSetSchema(
      name: "Gebärden", sensor: FrameShape(width: width, height: height),
      classNames: ["ä", "日本", "c d"], mirroredLabels: [1, 0, nil],
      columns: [AttributeColumn("âge", .integer), AttributeColumn("place", .text)],
      splitRule: "the first half", labelTable: "labels.csv")
  }
}
