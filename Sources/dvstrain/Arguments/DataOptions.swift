import ArgumentParser
import SystemPackage
import Train

/// The rule by which the cache's events were split into frames.
struct FrameRuleOptions: ParsableArguments {
  @Option(
    name: OptionName.splitBy.name,
    help: ArgumentHelp(
      "Split each sample into frames of equal event count, or of equal duration. (default: number)",
      valueName: "number|time"))
  var rule: CacheRequest.Rule?

  @Option(
    name: OptionName.duration.name, parsing: .unconditional,
    help: ArgumentHelp("Use frames of this many microseconds instead.", valueName: "us"))
  var duration: Int64?

  func validate() throws {
    if let duration, duration < 1 {
      throw ValidationError("-duration: 1 or more microseconds expected, \(duration) found")
    }
    if duration != nil && rule != nil {
      throw ValidationError("-duration replaces -split_by: leave out one of them")
    }
  }

  /// The cache that the options ask for.
  func request(frameCount: Int?) throws -> CacheRequest {
    if duration != nil && frameCount != nil {
      throw ValidationError("-duration decides the number of frames: leave out -T")
    }
    return CacheRequest(frameCount: frameCount, rule: rule, durationMicroseconds: duration)
  }
}

extension CacheRequest.Rule: NamedChoice {}

/// `-data_dir`: the cache.
struct DataDirectoryOption: ParsableArguments {
  @Option(
    name: OptionName.dataDirectory.name,
    help: ArgumentHelp(
      "The cache, its folder, or the data set's folder.",
      valueName: "dir"),
    completion: .file())
  var dataDirectory: String

  var path: FilePath { FilePath(dataDirectory) }
}
