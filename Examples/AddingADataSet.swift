// The protocols document what these declarations do.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import AEDAT
import EventData
import FileAccess
import SystemPackage

/// A data set of cats and dogs: two lists of recordings, each with its class.
///
///     cats-and-dogs/
///       train.txt        a line for each recording: `cat one.aedat`
///       test.txt
///       one.aedat …
public struct CatsAndDogs: DataSetRequest {
  public let path: FilePath

  /// Describes the data set in a folder.
  public init(_ path: FilePath) { self.path = path }

  public func open(
    early _: EarlyReading?, isCancelled: @escaping @Sendable () -> Bool
  ) throws(DataSetError) -> any EventDataSet {
    try CatsAndDogsFolder(path)
  }

  /// The sensor, the classes, and where the split comes from.
  public static let schema = DataSetSchema(
    name: "Cats and dogs", sensor: FrameShape(width: 128, height: 128),
    classNames: ["cat", "dog"], mirroredLabels: [0, 1], splitRule: "train.txt and test.txt")
}

/// An open data set of cats and dogs.
struct CatsAndDogsFolder: EventDataSet {
  let path: FilePath
  let schema = CatsAndDogs.schema
  let recordings: [Recording]
  let files: DataSetFiles
  let warnings: [DataSetWarning] = []

  var readingOrder: [Int] { Array(recordings.indices) }

  func forEachRecording(
    _ reading: RecordingReading, _ body: @escaping RecordingReading.Body
  ) throws(DataSetError) {
    try forEachFile(reading, body)
  }

  init(_ path: FilePath) throws(DataSetError) {
    self.path = path
    var (recordings, lists): ([Recording], [DataSetTextFile]) = ([], [])
    for split in DataSetSplit.allCases {
      let list = path.appending("\(split.rawValue).txt")
      let file = try Self.read(list)
      lists.append(
        DataSetTextFile("\(split.rawValue).txt", file.bytes, identity: file.identity))
      let lines = String(decoding: file.bytes, as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false)
      for (index, line) in lines.enumerated() where !line.isEmpty {
        recordings.append(try Self.recording(line, in: list, at: .line(index + 1), split))
      }
    }
    self.recordings = recordings
    files = .folder(lists)
  }

  private static func read(_ list: FilePath) throws(DataSetError) -> SmallFile {
    do throws(FileError) { return try SmallFile(reading: list) } catch {
      throw DataSetError(error)
    }
  }

  private static func recording(
    _ line: Substring, in list: FilePath, at location: DataSetError.Location, _ split: DataSetSplit
  ) throws(DataSetError) -> Recording {
    let words = line.split(separator: " ", maxSplits: 1)
    guard words.count == 2, let label = CatsAndDogs.schema.classNames.firstIndex(of: "\(words[0])")
    else {
      throw DataSetError(
        list, location, "a line like 'cat one.aedat' or 'dog two.aedat' expected, '\(line)' found")
    }
    let path = list.removingLastComponent().appending("\(words[1])")
    let name = path.stem ?? ""
    return Recording(
      name: name, fileName: "\(words[1])", path: path, format: AEDATFormat(), split: split,
      attributes: [],
      samples: [
        RecordingSample(
          label: label, name: name, window: nil, className: "\(words[0])", labelsPath: list,
          location: location)
      ])
  }
}
