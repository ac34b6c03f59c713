internal import EventData
internal import EventFrames
internal import FrameCache
internal import SystemPackage

/// The number of events outside the sensor given with `--sensor`.
struct OutsideEvents {
  private let path: FilePath
  private let sensor: FrameShape
  private let count: Int
  private let outsideCount: Int

  /// Sums the counts of all recordings; `nil` when no sensor was given or no event lies outside.
  init?(_ dataSet: any EventDataSet, _ scans: [RecordingScan]) {
    guard dataSet.isSensorNamed else { return nil }
    self.init(
      dataSet.path, dataSet.schema.sensor,
      count: scans.reduce(0) { $0 + $1.statistics.polarityEventCount },
      outsideCount: scans.reduce(0) { $0 + $1.statistics.outsideCount })
  }

  /// Takes the sums over all recordings; `nil` when no event lies outside.
  ///
  /// - Parameters:
  ///   - path: The data set.
  ///   - sensor: The given sensor.
  ///   - count: Number of all events.
  ///   - outsideCount: Number of those outside the sensor.
  init?(_ path: FilePath, _ sensor: FrameShape, count: Int, outsideCount: Int) {
    if outsideCount == 0 { return nil }
    self.path = path
    self.sensor = sensor
    self.count = count
    self.outsideCount = outsideCount
  }

  private var text: String {
    // The counts of a merge come from files, and may be large.
    let tenths = (1000 * Int128(outsideCount) + Int128(count) / 2) / Int128(count)
    return "\(outsideCount) of \(count) events (\(tenths / 10).\(tenths % 10) %) lie outside the "
      + "\(sensor) pixels of --sensor"
  }

  /// The warning that these events are left out.
  var warning: DataSetWarning { DataSetWarning(path, .whole, "\(text): left out") }

  /// Rejects a sensor when more than half of the events lie outside it.
  ///
  /// - Throws: ``FrameCacheError`` with the number of events outside.
  func requireFew() throws(FrameCacheError) {
    guard outsideCount <= count - outsideCount else {
      throw FrameCacheError(
        .content, path, "", "\(text): a sensor that contains most events expected")
    }
  }
}
