internal import EventData
import FileAccess
import GestureDataSet
import SystemPackage
import Terminal
import ToolSupport

/// What a data set holds, by its lists and label files.
struct DataSetInformation: Information {
  private let dataSet: GestureDataSet
  private let recordingByteCount: Int64?

  init(_ path: FilePath) throws {
    let dataSet = try GestureDataSet(opening: path, allowMissing: true)
    self.dataSet = dataSet
    recordingByteCount =
      dataSet.isArchive
      ? nil
      : try dataSet.trials.indices.reduce(Int64(0)) { sum, trial in
        sum + (try FileIdentity(of: dataSet.recordings[trial].path).byteCount)
      }
  }

  var warnings: [DataSetWarning] { dataSet.warnings }

  private func classCounts(_ split: DataSetSplit) -> [Int] {
    var counts = [Int](repeating: 0, count: Gesture.allCases.count)
    for trial in dataSet.trials where trial.split == split {
      for sample in trial.samples { counts[Int(sample.window.gesture.label)] += 1 }
    }
    return counts
  }

  private func subjects(_ split: DataSetSplit) -> Int {
    Set(dataSet.trials.filter { $0.split == split }.map(\.name.subject)).count
  }

  private func recordings(_ split: DataSetSplit) -> Int {
    dataSet.trials.count { $0.split == split }
  }

  var text: String {
    let size = recordingByteCount.map { ", \(byteCountText(Double($0)))" } ?? ""
    let train = classCounts(.train)
    let test = classCounts(.test)
    var rows = [["", "train", "test"]]
    rows.append(["recordings", "\(recordings(.train))", "\(recordings(.test))"])
    rows.append(["subjects", "\(subjects(.train))", "\(subjects(.test))"])
    rows.append(["samples", "\(train.reduce(0, +))", "\(test.reduce(0, +))"])
    for gesture in Gesture.allCases {
      let label = Int(gesture.label)
      rows.append([
        "  \(gesture.classNumber) \(gesture.name)", "\(train[label])", "\(test[label])",
      ])
    }
    return "\(dataSet.source.path): data set of \(dataSet.trials.count) recordings\(size)\n"
      + tableText(rows)
  }

  func printJSON() throws {
    try ToolSupport.printJSON(
      JSON(
        path: dataSet.source.path.string, recordings: dataSet.trials.count,
        recordingBytes: recordingByteCount, trainSamples: dataSet.sampleCount(in: .train),
        testSamples: dataSet.sampleCount(in: .test),
        trainSamplesPerClass: classCounts(.train),
        testSamplesPerClass: classCounts(.test), warnings: warnings.map(\.description)))
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
  }
}
