public import ArgumentParser
public import ClassFolders
import EventData
internal import FileAccess
import FrameCache
import GestureDataSet
import SystemPackage
internal import Terminal

extension DataSetKind: ExpressibleByArgument {
  /// The names of all kinds, as in a list of choices.
  static let choices = allCases.map(\.rawValue).joined(separator: "|")

  /// Parses the value of an option; `gesture` is short for `dvs128-gesture`.
  public init?(argument: String) {
    self.init(rawValue: argument == "gesture" ? Self.gesture.rawValue : argument)
  }

  /// The kind of a folder, recognised from its contents, or of a table of labels; anything else is
  /// treated as an archive of DVS128 Gesture.
  ///
  /// - Throws: `DataSetError`, which lists its contents, for a folder of no known kind.
  static func recognised(at path: FilePath) throws(DataSetError) -> DataSetKind {
    if let kind = DataSetKind(lookingAt: path) { return kind }
    guard path.isDirectory else { return isNamedAsTable(path) ? .own : .gesture }
    if let frames = NumpyFrames(at: path) {
      throw DataSetError(path, .whole, "a data set of recordings expected; \(frames.advice)")
    }
    let lists = DataSetSplit.allCases.map(\.listName).joined(separator: " and ")
    let expected = """
      a data set expected: \(DataSetKind.gesture.pattern) or its folder (recordings, and \(lists) \
      with a recording's name a line) or archive, N-MNIST (\(DataSetKind.nmnist.pattern)), \
      CIFAR10-DVS (\(DataSetKind.cifar10DVS.pattern)) or own recordings (\(DataSetKind.own.pattern), or with a table \
      labels.csv)
      """
    throw DataSetError(path, .whole, "\(expected); \(foundText(in: path))\(hint(for: path))")
  }

  /// What to do about a folder of no known kind; empty when nothing in it tells.
  private static func hint(for path: FilePath) -> String {
    if let near = DataSetFolder(near: path) { return "; did you mean \(near.path)?" }
    if DataSetKind.hasUndividedClasses(path) {
      return ": if its folders are classes, 'dvsprep convert' with --dataset own "
        + "--train-fraction 0.8 divides their recordings"
    }
    let holdsRecordings = ((try? namesInDirectory(path)) ?? []).contains {
      (try? FileKind(at: path.appending($0)))?.isRecording == true
    }
    return holdsRecordings
      ? ": 'dvsprep labels \(shellWord(path.string)) -o \(shellWord(path.appending("labels.csv").string))' makes a "
        + "table of its recordings to fill in"
      : ""
  }

  /// The first names in a folder, shortened, and the number of further ones.
  private static func foundText(in path: FilePath) -> String {
    let names = ((try? namesInDirectory(path)) ?? []).filter { !$0.hasPrefix(".") }
    if names.isEmpty { return "an empty folder found" }
    let more = names.count > 5 ? " and \(names.count - 5) more" : ""
    let shown = names.prefix(5).map { $0.count > 24 ? "\($0.prefix(22))…" : $0 }
    return "\(shown.joined(separator: ", "))\(more) found"
  }

  /// A request for the whole data set.
  func request(
    at path: FilePath, allowsMissing: Bool
  ) -> any DataSetRequest {
    switch self {
    case .gesture: GestureDataSetRequest(path, allowsMissing: allowsMissing)
    case .nmnist: NMNISTRequest(path, allowsMissing: allowsMissing)
    case .cifar10DVS: CIFAR10DVSRequest(path, allowsMissing: allowsMissing)
    case .own: OwnDataSetRequest(path, allowsMissing: allowsMissing)
    }
  }

  /// A request for the part of the data set at a path that a cache was converted from.
  ///
  /// - Throws: ``FrameCacheError`` where the cache's data set is unknown, or its selection cannot
  ///   be parsed.
  static func request(
    for cache: FrameCache, at path: FilePath
  ) throws(FrameCacheError) -> any DataSetRequest {
    let schema = cache.schema
    switch DataSetKind(named: schema.name) {
    case .gesture:
      return GestureDataSetRequest(
        path, selection: try cache.dataSetSelection, allowsMissing: true)
    case .nmnist: return NMNISTRequest(path, allowsMissing: true)
    case .cifar10DVS: return CIFAR10DVSRequest(path, allowsMissing: true)
    case .own:
      let selection = cache.settings.selection
      guard let request = OwnDataSetRequest(path, sensor: schema.sensor, selection: selection)
      else {
        throw FrameCacheError(
          .content, cache.path, "selection",
          "'all' or a table of labels expected, '\(selection)' found")
      }
      return request
    case nil:
      throw FrameCacheError(
        .content, cache.path, "",
        "a cache of DVS128 Gesture, N-MNIST, CIFAR10-DVS or own recordings expected, whose recordings "
          + "can be read, one of '\(schema.name)' found")
    }
  }
}
