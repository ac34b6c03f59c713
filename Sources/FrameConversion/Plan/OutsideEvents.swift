internal import EventData
internal import EventFrames
internal import FrameCache
internal import SystemPackage

/// The number of events outside the sensor given with `--sensor`.
struct OutsideEvents {
  private let dataSet: any EventDataSet
  private let count: Int
  private let outsideCount: Int

  /// Sums the counts of all recordings; `nil` when no sensor was given or no event lies outside.
  init?(_ dataSet: any EventDataSet, _ scans: [RecordingScan]) {
    guard dataSet.isSensorNamed else { return nil }
    self.dataSet = dataSet
    count = scans.reduce(0) { $0 + $1.statistics.polarityEventCount }
    outsideCount = scans.reduce(0) { $0 + $1.statistics.outsideCount }
    if outsideCount == 0 { return nil }
  }

  private var text: String {
    let tenths = (1000 * outsideCount + count / 2) / count
    return "\(outsideCount) of \(count) events (\(tenths / 10).\(tenths % 10) %) lie outside the "
      + "\(dataSet.schema.sensor) pixels of --sensor"
  }

  /// The warning that these events are left out.
  var warning: DataSetWarning { DataSetWarning(dataSet.path, .whole, "\(text): left out") }

  /// Rejects a sensor when more than half of the events lie outside it.
  ///
  /// - Throws: ``FrameCacheError`` with the number of events outside.
  func requireFew() throws(FrameCacheError) {
    guard 2 * outsideCount <= count else {
      throw FrameCacheError(
        .content, dataSet.path, "", "\(text): a sensor that contains most events expected")
    }
  }
}
