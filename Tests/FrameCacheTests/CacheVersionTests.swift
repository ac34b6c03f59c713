import EventData
import GestureDataSet
import HDF5
import HDF5Reading
import Support
import SystemPackage
import Testing

@testable import FrameCache

@Suite("A cache's format version", .timeLimit(.minutes(30)))
struct CacheVersionTests {
  private let folder: TemporaryDirectory
  private let path: FilePath

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.file("cache.h5")
  }

  private static let schema = DataSetSchema(
    name: "Gebärden", sensor: FrameShape(width: 40, height: 24), classNames: ["ä", "日本", "c d"],
    mirroredLabels: [1, 0, nil],
    columns: [
      AttributeColumn("âge", .integer), AttributeColumn("place", .text),
      AttributeColumn("session", .integer),
    ], splitRule: "the first half", labelTable: "labels.csv")

  @Test("is 1 for DVS128 Gesture, whose schema is part of the format")
  func versionOne() throws {
    #expect(CacheVersion.schemaOfVersionOne == .gesture)
    try TinyCache.write(path, sampleCounts: [.train: 2, .test: 1])
    let cache = try FrameCache(opening: path)
    #expect(cache.formatVersion == 1)
    #expect(cache.schema == .gesture)
    #expect(cache.settings.preprocessing == nil && cache.settings.shard == .whole)
    #expect(cache.frameShape == .dvs128)
  }

  @Test("is 2 for every other data set, and the file contains its schema")
  func versionTwo() throws {
    try TinyCache.write(
      path, sampleCounts: [.train: 30, .test: 4], frameCount: 3, schema: Self.schema)
    let cache = try FrameCache(opening: path)
    #expect(cache.formatVersion == 2)
    #expect(cache.schema == Self.schema)
    #expect(cache.frameShape == FrameShape(width: 40, height: 24))
    #expect(cache.sampleCellCount == 3 * 2 * 24 * 40)
    #expect(
      cache.records[.train]
        == (0..<30).map { TinyCache.record($0, frameCount: 3, Self.schema) })
    #expect(cache.classCounts(in: .train) == [10, 10, 10])
    var decoder = FrameDecoder(cache)
    var counts: [UInt16] = []
    try decoder.decode(SampleIndex(.train, 2), into: &counts)
    #expect(counts.count == cache.sampleCellCount)
    #expect(counts.indices.filter { counts[$0] != 0 } == (0..<3).map { $0 * 1920 + 4 })
  }

  @Test("is 2 for DVS128 Gesture with preprocessed pixels or as a shard")
  func changedPixels() throws {
    let preprocessing = try Preprocessing(
      columns: 3..<124, rows: 1..<61, of: .dvs128, factor: (4, 2),
      droppedPixels: [Preprocessing.Pixel(x: 7, y: 9)])
    try TinyCache.write(
      path, sampleCounts: [.train: 3], preprocessing: preprocessing, shard: Shard(number: 1, of: 3))
    let cache = try FrameCache(opening: path)
    #expect(cache.formatVersion == 2)
    #expect(cache.schema == .gesture && cache.isGestureDataSet)
    #expect(cache.settings.preprocessing == preprocessing)
    #expect(cache.settings.shard == Shard(number: 1, of: 3))
    #expect(cache.frameShape == FrameShape(width: 31, height: 30))
  }

  @Test("2 allows a thousand classes, and many columns or none")
  func manyClasses() throws {
    let wide = DataSetSchema(
      name: "wide", sensor: FrameShape(width: 7, height: 8),
      classNames: (0..<1000).map { "class \($0)" },
      columns: (0..<40).map { AttributeColumn("c\($0)", $0 % 2 == 0 ? .integer : .text) },
      splitRule: "")
    try TinyCache.write(path, sampleCounts: [.train: 1500], schema: wide)
    let cache = try FrameCache(opening: path)
    #expect(cache.schema == wide)
    #expect(cache.records[.train]?[999].label == 999)
    var bare = wide
    bare.columns = []
    try TinyCache.write(path, sampleCounts: [.test: 1], schema: bare)
    #expect(try FrameCache(opening: path).schema == bare)
  }

  @Test("2 is rejected if attributes overlap, before memory is allocated")
  func overlappingAttributes() throws {
    try TinyCache.write(path, sampleCounts: [.train: 30], schema: Self.schema)
    let bytes = try readFile(path)
    func read(_ fileByteCount: Int) throws(HDF5ReadingError) {
      // Safe: the span does not outlive the array.
      let root = try HDF5View(unsafe bytes.span.bytes).root
      _ = try SampleColumns(
        try root.group("train"), sampleCount: 30, try CacheHeader(root),
        fileByteCount: fileByteCount)
    }
    // Two columns of 8-byte numbers and one of texts of three characters.
    let byteCount = 30 * (8 + 3 + 8)
    try read(byteCount)
    let error = #expect(throws: HDF5ReadingError.self) { try read(byteCount - 1) }
    #expect(
      error?.description
        == "/train/attributes/session: the attributes of samples take more than the "
        + "\(byteCount - 1) bytes of the file")
  }

  @Test("2 rejects an attribute name that HDF5 reads as a path")
  func attributeNames() throws {
    var schema = Self.schema
    schema.columns[0].name = "a/b"
    let error = #expect(throws: FrameCacheError.self) {
      try TinyCache.write(path, sampleCounts: [.train: 1], schema: schema)
    }
    #expect(error?.code == .content && error?.path == path && error?.detail == schema.defect)
  }

  @Test(
    "1 and 2 reject values that do not fit their column",
    arguments: [
      (1, .integer(256), "subject: a: a number from 0 to 255 expected, '256' found"),
      (1, .integer(-1), "subject: a: a number from 0 to 255 expected, '-1' found"),
      (1, .text("led"), "subject: a: a number from 0 to 255 expected, 'led' found"),
      (
        2, .text("1"),
        "subject: a: a number from \(Int64.min) to \(Int64.max) expected, '1' found"
      ),
    ] as [(Int, AttributeValue, String)])
  func unfitValues(version: Int, value: AttributeValue, message: String) throws {
    let settings = CacheSettings(
      split: .number(frameCount: 1),
      shard: version == 1 ? .whole : Shard(number: 0, of: 2))
    var record = TinyCache.record(0, frameCount: 1, .gesture)
    record.name = "a"
    record.attributes[0] = value
    let error = #expect(throws: FrameCacheError.self) {
      let writer = try FrameCacheWriter(
        path, named: path, schema: .gesture, settings: settings, frameCount: 1,
        sampleCounts: [.train: 1], elementType: .uint8)
      try writer.finish(records: [.train: [record]], sources: [])
    }
    #expect(error?.description == "\(path): \(message)")
  }

  @Test("2 describes in a few words how data sets differ")
  func differences() {
    #expect(Self.schema.differences(from: .gesture) == ["Gebärden instead of DVS128 Gesture"])
    var other = Self.schema
    #expect(other.differences(from: Self.schema).isEmpty)
    other.sensor = FrameShape(width: 41, height: 24)
    other.classNames[0] = "a"
    #expect(
      other.differences(from: Self.schema) == [
        "a sensor of 41×24 instead of 40×24", "the classes a, 日本, c d instead of ä, 日本, c d",
      ])
  }
}
