import FileAccess
import FoundationEssentials
import Support
import SystemPackage

/// A data set that uses the one real recording for both training and test.
enum RealRecording {
  static func makeDataSet(at folder: FilePath) throws {
    try createDirectories(folder)
    let source = Fixtures.path("real/user01_fluorescent_partial1450ms")
    for name in ["user01_fluorescent", "user24_fluorescent"] {
      for suffix in [".aedat", "_labels.csv"] {
        try writeFile(
          try readFile(FilePath(source.string + suffix)), to: folder.appending(name + suffix))
      }
    }
    for (list, name) in [("train", "user01"), ("test", "user24")] {
      try writeFile(
        Array("\(name)_fluorescent.aedat\n".utf8), to: folder.appending("trials_to_\(list).txt"))
    }
  }
}

/// The known contents of a real recording.
struct ExpectedCounts: Decodable {
  struct Window: Decodable { let events: Int }

  let bytes: Int
  let headerBytes: Int
  let packets: Int
  let events: Int
  let onEvents: Int
  let offEvents: Int
  let firstT: Int64
  let lastT: Int64
  let windows: [Window]

  var windowEvents: [Int] { windows.map(\.events) }

  init(reading path: FilePath) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(ExpectedCounts.self, from: Data(try readSmallFile(path)))
  }
}
