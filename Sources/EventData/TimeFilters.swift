/// Which events of a sample are left out because of the times of others.
///
/// Both filters start anew with each sample.
public struct TimeFilters: Equatable, Sendable {
  /// An event is left out if the one before it at its pixel, whether left out or not, is at most
  /// this old, in microseconds; 0 leaves out none.
  public let refractoryMicroseconds: Int64

  /// An event is left out unless there was one less than this many microseconds before at one of
  /// the four pixels next to it, or the recording's clock is below this time; 0 leaves out none.
  public let noiseMicroseconds: Int64

  /// Valid times in microseconds: up to a day, beyond the length of any sample.
  public static let microseconds: ClosedRange<Int64> = 1...86_400_000_000

  /// Chooses filters.
  ///
  /// - Parameters:
  ///   - refractoryMicroseconds: The refractory period, one of ``microseconds``, or 0.
  ///   - noiseMicroseconds: The time of the noise filter, one of ``microseconds``, or 0.
  public init(refractoryMicroseconds: Int64 = 0, noiseMicroseconds: Int64 = 0) {
    for time in [refractoryMicroseconds, noiseMicroseconds] {
      precondition(time == 0 || Self.microseconds.contains(time), "\(time) µs")
    }
    self.refractoryMicroseconds = refractoryMicroseconds
    self.noiseMicroseconds = noiseMicroseconds
  }

  /// No filter.
  public static let none = TimeFilters()

  /// What is left out, in words; empty for no filter.
  var descriptions: [String] {
    (refractoryMicroseconds > 0 ? ["refractory period \(refractoryMicroseconds) µs"] : [])
      + (noiseMicroseconds > 0 ? ["noise filter \(noiseMicroseconds) µs"] : [])
  }
}
