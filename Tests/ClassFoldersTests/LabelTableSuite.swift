import EventData
import FileAccess
import FrameCache
import FrameConversion
import Support
import SystemPackage
import Testing
import Threads

@testable import ClassFolders

/// Tests with a folder of recordings in text and a table of their labels.
protocol LabelTableSuite {
  /// The folder.
  var path: FilePath { get }
}

extension LabelTableSuite {
  var table: FilePath { path.appending("labels.csv") }

  /// Writes a recording of an event every 10 µs, from 1000 µs on.
  func write(_ name: String, count: Int = 300, startMicroseconds: Int = 1000) throws {
    let lines = (0..<count).map { "\(startMicroseconds + $0 * 10) \($0 % 30) \($0 % 20) \($0 % 2)" }
    let file = path.appending(name)
    try createDirectories(file.parentDirectory)
    try writeFile(Array((["30 20"] + lines).joined(separator: "\n").utf8), to: file)
  }

  func write(table text: String) throws { try writeFile(Array(text.utf8), to: table) }

  func open(
    _ options: LabelOptions = LabelOptions(), allowsMissing: Bool = false
  ) throws(DataSetError) -> any EventDataSet {
    try OwnDataSetRequest(table, labels: options, allowsMissing: allowsMissing).open { false }
  }

  func error(_ options: LabelOptions = LabelOptions()) -> String? {
    do throws(DataSetError) { _ = try open(options) } catch { return error.description }
    return nil
  }
}
