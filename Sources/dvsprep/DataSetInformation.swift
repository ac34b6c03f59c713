internal import ClassFolders
internal import EventData
import FileAccess
import GestureDataSet
import SystemPackage
import Terminal
import ToolSupport

/// Contents of a data set according to its lists, label files and folders.
struct DataSetInformation: Information {
  private let dataSet: any EventDataSet
  private let recordingByteCount: Int64?

  init(_ path: FilePath, isCancelled: @escaping @Sendable () -> Bool) throws {
    let kind = try DataSetKind.recognised(at: path)
    let dataSet = try kind.request(at: path, allowsMissing: true).open(isCancelled: isCancelled)
    self.dataSet = dataSet
    recordingByteCount =
      dataSet.isArchive
      ? nil
      : try dataSet.recordings.reduce(Int64(0)) { sum, recording in
        sum + (try FileIdentity(of: recording.path).byteCount)
      }
  }

  var warnings: [DataSetWarning] { dataSet.warnings }

  private func recordings(_ split: DataSetSplit) -> [Recording] {
    dataSet.recordings.filter { $0.split == split }
  }

  private func classCounts(_ split: DataSetSplit) -> [Int] {
    var counts = [Int](repeating: 0, count: dataSet.schema.classNames.count)
    for sample in recordings(split).flatMap(\.samples) { counts[sample.label] += 1 }
    return counts
  }

  /// Number of different values of an attribute.
  private func valueCount(_ column: Int, _ split: DataSetSplit) -> Int {
    let values = recordings(split).flatMap { recording in
      recording.samples.map { ($0.attributes ?? recording.attributes)[column] }
    }
    return Set(values).count
  }

  var text: String {
    let size = recordingByteCount.map { ", \(byteCountText(Double($0)))" } ?? ""
    let schema = dataSet.schema
    let train = classCounts(.train)
    let test = classCounts(.test)
    var rows = [["", "train", "test"]]
    rows.append(["recordings", "\(recordings(.train).count)", "\(recordings(.test).count)"])
    for (number, column) in schema.columns.enumerated() where column.kind == .integer {
      rows.append([
        "\(plainText(column.name))s", "\(valueCount(number, .train))",
        "\(valueCount(number, .test))",
      ])
    }
    rows.append(["samples", "\(train.reduce(0, +))", "\(test.reduce(0, +))"])
    let names = ClassNames(schema.classNames, areGestures: schema == .gesture)
    for label in schema.classNames.indices {
      rows.append([
        "  \(plainText(names.title(of: label)))", "\(train[label])", "\(test[label])",
      ])
    }
    let name = schema == .gesture ? "" : "\(plainText(schema.name)), \(schema.sensor) pixels, "
    return "\(dataSet.path.plain): \(name)data set of \(dataSet.recordings.count) recordings"
      + "\(size)\n" + tableText(rows)
  }

  func printJSON() throws {
    let (train, test) = (classCounts(.train), classCounts(.test))
    try ToolSupport.printJSON(
      JSON(
        path: dataSet.path.string, recordings: dataSet.recordings.count,
        recordingBytes: recordingByteCount, trainSamples: train.reduce(0, +),
        testSamples: test.reduce(0, +), trainSamplesPerClass: train, testSamplesPerClass: test,
        warnings: warnings.map(\.description),
        name: dataSet.schema == .gesture ? nil : dataSet.schema.name,
        classes: dataSet.schema == .gesture ? nil : dataSet.schema.classNames))
  }

  private struct JSON: Encodable {
    let kind = "data_set"
    let path: String
    let recordings: Int
    let recordingBytes: Int64?
    let trainSamples: Int
    let testSamples: Int
    let trainSamplesPerClass: [Int]
    let testSamplesPerClass: [Int]
    let warnings: [String]
    let name: String?
    let classes: [String]?
  }
}
