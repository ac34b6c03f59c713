internal import EventData
import Terminal
import Threads
import ToolSupport
import Train

/// Prints the prediction of one window after another.
struct StreamPrinter {
  /// From the arrival of a window's last event to the printing of its line.
  private(set) var latencies = LatencyTally()
  /// The number of windows with events.
  private(set) var outputCount = 0
  /// The number of these in which no output neuron fired.
  private(set) var silentCount = 0

  private let names: ClassNames
  private let asJSON: Bool
  /// Cells as wide as those of the table are expected to become.
  private let widest: [String]
  private var hasHeader = false

  init(_ names: ClassNames, asJSON: Bool) {
    self.names = names
    self.asJSON = asJSON
    let title =
      (0..<names.count).map { plainText(names.title(of: $0)) }
      .max { $0.count < $1.count } ?? ""
    widest = ["00000.000", "00000.000", "0000000", title, "0.000", title, "0.000"]
  }

  /// Prints a window.
  ///
  /// - Parameters:
  ///   - window: The window.
  ///   - origin: The time of the stream's first event in microseconds.
  ///   - rates: The firing rate of each class; `nil` without events.
  mutating func print(
    _ window: StreamWindows.Window, origin: Int64, _ rates: [Float]?
  ) throws {
    let output = rates.map { ClassPrediction($0, names) }
    if let output {
      outputCount += 1
      if output.isSilent { silentCount += 1 }
    }
    let latency = window.arrival.map { Int($0.duration(to: .now).nanoseconds / 1000) }
    if let latency { latencies.add(latency) }
    let prediction = WindowPrediction(
      window.window, origin: origin, nil, output, names, latencyMicroseconds: latency)
    if asJSON {
      try printJSON(prediction)
      return
    }
    if !hasHeader { printRow(WindowPrediction.header(hasLabels: false)) }
    hasHeader = true
    printRow(prediction.row(hasLabels: false))
  }

  /// Prints a line of the table, in columns of widths that do not depend on other lines.
  private func printRow(_ cells: [String]) {
    let header = WindowPrediction.header(hasLabels: false)
    let table = tableText([header, widest, cells])
    printText(String(table.split(separator: "\n", omittingEmptySubsequences: false)[2]))
  }
}
