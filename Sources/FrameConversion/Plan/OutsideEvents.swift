internal import EventData
internal import EventFrames
internal import FrameCache
internal import SystemPackage

/// How many events of a data set lie outside the sensor that was named for it.
struct OutsideEvents {
  private let dataSet: any EventDataSet
  private let count: Int
  private let outsideCount: Int

  /// Adds up what was found in each recording; `nil` where no sensor was named, or no event lies
  /// outside.
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

  /// That they are left out.
  var warning: DataSetWarning { DataSetWarning(dataSet.path, .whole, "\(text): left out") }

  /// Refuses a sensor that most events lie outside of.
  ///
  /// - Throws: ``FrameCacheError`` that says so.
  func requireFew() throws(FrameCacheError) {
    guard 2 * outsideCount <= count else {
      throw FrameCacheError(
        .content, dataSet.path, "", "\(text): no sensor that most events lie on")
    }
  }
}
