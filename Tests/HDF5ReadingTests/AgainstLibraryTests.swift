import HDF5
import HDF5Reading
import Support
import SystemPackage
import Testing

@Suite("Files written by the HDF5 library are read as the library reads them")
struct AgainstLibraryTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  /// Writes a file with the library, and returns its bytes and path.
  private func written(
    _ body: (borrowing HDF5File) throws -> Void
  ) throws -> (bytes: [UInt8], path: String) {
    let path = folder.file("file.h5")
    do {
      let file = try HDF5File(creating: path.string)
      try body(file)
      try file.flush()
    }
    return (try readFile(path), path.string)
  }

  @Test("any number of attributes: numbers and texts", arguments: [0, 1, 8, 9, 30, 300, 2000])
  func attributes(count: Int) throws {
    var generator = SeededGenerator(seed: UInt64(count))
    let numbers = (0..<count).map { _ in UInt32.random(in: .min ... .max, using: &generator) }
    let texts = (0..<count).map { number in
      String(repeating: "text \(number) ", count: Int.random(in: 0...40, using: &generator))
    }
    let (bytes, path) = try written { file in
      for index in 0..<count {
        try file.root.setAttribute("number \(index)", numbers[index])
        try file.root.setAttribute("text_\(index)", texts[index])
        try file.root.setAttribute("texts_\(index)", [texts[index], "", "é"])
      }
    }
    let library = try HDF5File(opening: path)
    // Safe: the span does not outlive the array.
    let root = try unsafe HDF5View(bytes.span.bytes).root
    for index in 0..<count {
      #expect(try root.attribute("number \(index)", as: UInt32.self) == numbers[index])
      #expect(try root.attribute("text_\(index)") == texts[index])
      #expect(
        try root.attribute("texts_\(index)", stringCount: 3)
          == library.root.attribute("texts_\(index)", stringCount: 3))
    }
    #expect(throws: HDF5ReadingError(.missing, "attribute other", "the attribute is missing")) {
      // Safe: as above.
      _ = try unsafe HDF5View(bytes.span.bytes).root.attribute("other")
    }
  }

  @Test("any number of groups in a group", arguments: [0, 1, 8, 9, 100, 3000])
  func groups(count: Int) throws {
    let (bytes, _) = try written { file in
      let parent = try file.root.createGroup("parent")
      for index in 0..<count {
        let group = try parent.createGroup("group number \(index)")
        try group.setAttribute("number", UInt16(index))
      }
    }
    // Safe: the span does not outlive the array.
    let parent = try unsafe HDF5View(bytes.span.bytes).root.group("parent")
    for index in 0..<count {
      let group = try parent.group("group number \(index)")
      #expect(try group.attribute("number", as: UInt16.self) == UInt16(index))
    }
    #expect(
      throws: HDF5ReadingError(.missing, "/parent/group", "the group is missing")
    ) {
      // Safe: as above.
      _ = try unsafe HDF5View(bytes.span.bytes).root.group("parent").group("group").path
    }
  }

  @Test("columns of every type, with any number of rows", arguments: [0, 1, 2, 1000, 70_000])
  func columns(count: Int) throws {
    var generator = SeededGenerator(seed: 3)
    func random<Value: FixedWidthInteger>(_ type: Value.Type) -> [Value] {
      (0..<count).map { _ in Value.random(in: .min ... .max, using: &generator) }
    }
    let (bytes1, bytes2) = (random(UInt8.self), random(UInt16.self))
    let (bytes4, bytes8) = (random(UInt32.self), random(UInt64.self))
    let signed = random(Int64.self)
    let texts = bytes2.map { String($0, radix: 3) }
    let (bytes, path) = try written { file in
      try file.root.writeDataset("uint8", bytes1, extents: [count])
      try file.root.writeDataset("uint16", bytes2, extents: [count])
      try file.root.writeDataset("uint32", bytes4, extents: [count])
      try file.root.writeDataset("uint64", bytes8, extents: [count])
      try file.root.writeDataset("int64", signed, extents: [count, 1])
      try file.root.writeDataset("texts", texts)
    }
    // Safe: the span does not outlive the array.
    let root = try unsafe HDF5View(bytes.span.bytes).root
    #expect(try root.dataset("uint8").numbers(as: UInt8.self) == bytes1)
    #expect(try root.dataset("uint16").numbers(as: UInt16.self) == bytes2)
    #expect(try root.dataset("uint32").numbers(as: UInt32.self) == bytes4)
    #expect(try root.dataset("uint64").numbers(as: UInt64.self) == bytes8)
    #expect(try root.dataset("int64").numbers(as: Int64.self) == signed)
    #expect(try root.dataset("int64").extents == [count, 1])
    let library = try HDF5File(opening: path)
    let found = try root.dataset("texts").strings()
    #expect(found == texts)
    #expect(try found == library.root.dataset("texts").readStrings(maximumCount: 1 << 30))
  }

  @Test(
    "locations of any number of chunks, some missing",
    arguments: [0, 1, 2, 9, 1000, 1024, 1025, 2048, 5000], [0, 3])
  func chunks(count: Int, missingEvery: Int) throws {
    let filters = [HDF5Filter(number: HDF5Filter.shuffleNumber, values: [2]), .fletcher32]
    let (bytes, path) = try written { file in
      let dataset = try file.root.createChunkedDataset(
        "chunks", type: .uint16, extents: [count, 3, 5], chunkExtents: [1, 3, 5],
        filters: filters)
      // From the last to the first, so that their order in the file does not help.
      for index in (0..<count).reversed() where missingEvery == 0 || index % missingEvery != 1 {
        try dataset.writeChunk(
          [UInt8](repeating: UInt8(index % 251), count: 10 + index % 7), at: [index, 0, 0])
      }
    }
    // Safe: the span does not outlive the array.
    let dataset = try unsafe HDF5View(bytes.span.bytes).root.dataset("chunks")
    #expect(dataset.extents == [count, 3, 5])
    #expect(dataset.chunkExtents == [1, 3, 5])
    #expect(dataset.filters.map(\.number) == [2, 3])
    #expect(dataset.filters[0].values.first == 2)
    #expect(dataset.holds(UInt16.self) && !dataset.holds(UInt8.self))
    var found: [HDF5ChunkEntry?] = []
    try dataset.forEachChunk { (location) throws(HDF5ReadingError) in found.append(location) }
    #expect(found.count == count)
    let library = try HDF5File(opening: path)
    let libraryDataset = try library.root.dataset("chunks")
    #expect(try libraryDataset.chunkExtents() == dataset.chunkExtents)
    #expect(
      try libraryDataset.filters().map(\.number) == dataset.filters.map(\.number)
        && libraryDataset.filters().map(\.values) == dataset.filters.map(\.values))
    let expected = try libraryDataset.chunkLocations(maximumCount: count)
    #expect(found.count { $0 != nil } == expected.count)
    for location in expected {
      #expect(
        found[location.firstElement[0]]
          == HDF5ChunkEntry(
            byteOffset: location.byteOffset, byteCount: location.byteCount,
            skippedFilters: location.skippedFilters))
    }
  }

  @Test("the checksum of metadata matches published examples")
  func lookup3Examples() {
    func hash(_ text: String) -> UInt32 {
      let bytes = Array(text.utf8)
      // Safe: the span does not outlive the array.
      return unsafe lookup3(bytes.span.bytes)
    }
    // Source: R. Jenkins, lookup3.c, driver5.
    #expect(hash("") == 0xdead_beef)
    #expect(hash("Four score and seven years ago") == 0x1777_0551)
  }
}
