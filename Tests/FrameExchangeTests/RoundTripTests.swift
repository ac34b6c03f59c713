import ClassFolders
import EventData
import FileAccess
import FrameCache
import FrameConversion
import FrameExchange
import NumPyFiles
import Support
import SystemPackage
import Testing
import Threads

@Suite("Frames out and in")
struct RoundTripTests {
  let exchange: ExchangedFrames

  init() throws { exchange = try ExchangedFrames() }

  @Test("SpikingJelly's own tree gives the cache that its recordings are converted into")
  func spikingJellyTree() throws {
    let recordings = NMNISTRequest(Fixtures.path("nmnist"), allowsMissing: true)
    let converted = try exchange.converted(recordings, .number(frameCount: 4))
    let imported = try exchange.imported(Fixtures.path("spikingjelly"))
    try exchange.expectEqual(converted, imported)
    #expect(imported.settings.importedFrom == "SpikingJelly")
    #expect(imported.sources.count == 6)
    #expect(imported.sources[0].name == "test/0/60001.npz")
    let verification = CacheVerification(imported, threadCount: 2)
    let dataSet = try recordings.open { false }
    #expect(try verification.defects(comparedWith: dataSet).isEmpty)
    #expect(verification.overlapWarnings.isEmpty)
  }

  @Test("a cache of CIFAR10-DVS survives as a tree and as arrays; with another split, it says so")
  func cifar10DVS() throws {
    let recordings = CIFAR10DVSRequest(Fixtures.path("cifar10-dvs"), allowsMissing: true)
    let cache = try exchange.converted(recordings, .number(frameCount: 2))
    for (name, layout) in [
      ("tree", FrameExport.Layout.spikingJelly(isCompressed: true)), ("arrays", .arrays),
    ] {
      try exchange.export(cache, to: name, layout)
      try exchange.expectEqual(
        cache, try exchange.imported(exchange.folder.file(name), to: "\(name).h5"))
    }
    let root = exchange.folder.file("tree").appending(FrameSplit.number(frameCount: 2).folderName)
    let name = "cat/cifar10_cat_99.npz"
    try writeFile(
      try readFile(root.pushing(FilePath("test/\(name)"))),
      to: root.pushing(FilePath("train/\(name)")))
    let moved = try exchange.imported(exchange.folder.file("tree"))
    #expect(
      moved.schema.name == "CIFAR10-DVS" && moved.schema.splitRule == "the folders train and test")
    #expect(moved.schema.classNames == CIFAR10DVSRequest.schema.classNames)
  }

  @Test(
    "a cache of gestures survives as a tree and as arrays",
    arguments: [
      FrameSplit.number(frameCount: 4), .time(frameCount: 3), .duration(microseconds: 4000),
    ])
  func gestures(_ split: FrameSplit) throws {
    let cache = try exchange.convertedGestures(split)
    for (name, layout, program) in [
      ("compressed", FrameExport.Layout.spikingJelly(isCompressed: true), "SpikingJelly"),
      ("stored", .spikingJelly(isCompressed: false), "SpikingJelly"),
      ("arrays", .arrays, "NumPy"),
    ] {
      let tree = try exchange.export(cache, to: name, layout)
      #expect(tree == exchange.folder.file(name).appending(split.folderName))
      let imported = try exchange.imported(exchange.folder.file(name))
      try exchange.expectEqual(cache, imported)
      #expect(imported.settings.importedFrom == program)
      #expect(imported.isGestureDataSet && imported.formatVersion == 1)
    }
  }

  @Test("counts over 255, classes of own recordings and other sensors survive")
  func ownRecordings() throws {
    for (number, name) in ["train/hand/a", "train/foot/a", "test/hand/b"].enumerated() {
      let high = [UInt8](repeating: 0, count: 95) + [UInt8(number)]
      try exchange.writeSample(
        "\(name).npz", ElementDescription(.unsigned, byteCount: 2), high.flatMap { [1, $0] })
    }
    let cache = try exchange.imported(exchange.folder.file("tree"), FrameChoice(isByTime: false))
    #expect(cache.elementType == .uint16 && cache.schema.name == "own recordings")
    #expect(cache.schema.classNames == ["foot", "hand"])
    #expect(cache.schema.sensor == FrameShape(width: 4, height: 3))
    let second = cache.record(of: SampleIndex(.train, 1))
    #expect(second.label == 1 && second.name == "a" && second.eventCount == 96)
    for (name, layout) in [
      ("again", FrameExport.Layout.spikingJelly(isCompressed: true)), ("arrays", .arrays),
    ] {
      try exchange.export(cache, to: name, layout)
      try exchange.expectEqual(
        cache, try exchange.imported(exchange.folder.file(name), to: "\(name).h5"))
    }
  }

  @Test("an import has the same frames for any type of the files")
  func sameFrames() throws {
    let tree = exchange.folder.file("tree")
    let counts = (0..<96).map { UInt8($0 % 3) }
    // 0, 1 and 2 as the most significant bytes of float64.
    let numbers = counts.flatMap { count -> [UInt8] in
      [0, 0, 0, 0, 0, 0] + [[0, 0], [0xF0, 0x3F], [0, 0x40]][Int(count)]
    }
    var caches: [FrameCache] = []
    for (name, element, data) in [
      ("bytes", ElementDescription(.unsigned, byteCount: 1), counts),
      ("shorts", .init(.signed, byteCount: 2), counts.flatMap { [$0, 0] }),
      ("floats", .init(.float, byteCount: 8), numbers),
    ] {
      try exchange.writeSample("train/0/a.npz", element, data)
      caches.append(
        try exchange.imported(tree, FrameChoice(isByTime: true), to: "\(name).h5"))
    }
    #expect(caches[0].record(of: SampleIndex(.train, 0)).eventCount == 96)
    try exchange.expectEqual(caches[0], caches[1])
    try exchange.expectEqual(caches[0], caches[2])
  }

  @Test("an import has the same bytes for any number of threads")
  func sameBytes() throws {
    let tree = exchange.folder.file("tree")
    for name in ["0/a", "0/b", "1/c"] { try exchange.writeSample("train/\(name).npz") }
    var bytes: [[UInt8]] = []
    for threadCount in [1, 3] {
      let path = exchange.folder.file("\(threadCount).h5")
      _ = try CacheImport(
        try exchange.found(tree, FrameChoice(isByTime: true)), to: path, replacesExisting: false,
        compressionLevel: 1, threadCount: threadCount, observer: WorkObserver()
      ).run()
      bytes.append(try readFile(path))
    }
    #expect(bytes[0] == bytes[1])
  }

  @Test("existing folders and files stay, and nothing appears after a stop")
  func existing() throws {
    let cache = try exchange.convertedGestures(.number(frameCount: 2))
    let tree = try exchange.export(cache, .spikingJelly(isCompressed: true))
    let before = try namesInDirectory(exchange.folder.file("root"))
    #expect(before == ["events_np", "frames_number_2_split_by_number"])
    try writeFile([1], to: exchange.folder.file("root").appending("other"))
    let error = #expect(throws: FrameCacheError.self) { try exchange.export(cache, .arrays) }
    #expect(error?.description == "\(tree): a folder of this name exists; --force replaces it")
    try exchange.export(cache, .arrays, replacing: true)
    #expect(try namesInDirectory(tree) == ["class_names.npy", "test", "train"])
    #expect(try namesInDirectory(exchange.folder.file("root")) == before + ["other"])
    let stopped = WorkObserver(isCancelled: { true })
    #expect(throws: FrameCacheError.self) { try exchange.imported(tree, observer: stopped) }
    #expect(!exchange.folder.file("imported.h5").exists)
    #expect(throws: FrameCacheError.self) {
      try FrameExport(
        cache, to: exchange.folder.file("new"), .arrays, replacesExisting: false, threadCount: 2,
        observer: stopped
      ).run()
    }
    #expect(!exchange.folder.file("new").exists)
  }
}
