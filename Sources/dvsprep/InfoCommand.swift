import ArgumentParser
import ClassFolders
internal import EventData
import FileAccess
import FrameCache
import SystemPackage
import Terminal
internal import Threads
import ToolSupport

/// `dvsprep info`.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Summarise recordings, data sets or caches.",
    discussion: """
      Recordings are AEDAT 2.0, 3.1 or 4.0, Prophesee's RAW (EVT 2.0, 2.1, 3.0) or DAT, text with \
      't x y p' a line, NumPy arrays (.npz, .npy) of t, x, y and p, or of an ATIS (N-MNIST's .bin). \
      The content decides, except for .bin.

      For a data set, reads only lists, label files and folders; 'dvsprep convert --dry-run' \
      also reads the recordings.

      EXAMPLES
        dvsprep info DvsGesture/user01_led.aedat
        dvsprep info DvsGesture
        dvsprep info N-MNIST N-MNIST/Train/0/00002.bin
        dvsprep info --json DvsGesture/frames_number_16_split_by_number.h5
      """)

  @Argument(help: "Recordings, data sets (folders or archives) or caches.", completion: .file())
  var files: [String]

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    if files.isEmpty { throw ValidationError("at least one file expected") }
  }

  func run() throws {
    let messages = outputOptions.messages
    try runWork(messages) { observer in
      var isValid = true
      var isFirst = true
      for file in files {
        let information: any Information
        do { information = try Self.information(on: FilePath(file), observer) } catch {
          // The others are shown, too.
          guard files.count > 1, (error as? any CancellableError)?.isCancellation != true else {
            throw error
          }
          messages.clearProgress()
          messages.fail("\(error)")
          isValid = false
          continue
        }
        messages.clearProgress()
        for warning in information.warnings { messages.warn(warning.description) }
        if outputOptions.json {
          try information.printJSON()
        } else {
          if !isFirst { print("") }
          isFirst = false
          printText(information.text)
        }
      }
      if !isValid { throw ExitCode(1) }
    }
  }

  private static func information(
    on path: FilePath, _ observer: WorkObserver
  ) throws -> any Information {
    let name = path.lastComponent?.string.lowercased() ?? ""
    if !path.isDirectory, DataSetKind(lookingAt: path) == .own {
      return try DataSetInformation(path, isCancelled: observer.isCancelled)
    }
    switch try FileKind(at: path) {
    case .hdf5: return CacheInformation(try FrameCache(opening: path))
    case .aedat, .prophesee, .eventText, .eventArrays:
      return try RecordingInformation(path, observer)
    // N-MNIST's recordings have no mark.
    case let kind where kind != .folder && name.hasSuffix(".bin"):
      return try RecordingInformation(path, observer)
    case .folder, .tar, .compressed:
      return try DataSetInformation(path, isCancelled: observer.isCancelled)
    case .other where name.hasSuffix(".h5"):
      return CacheInformation(try FrameCache(opening: path))
    case .other where name.hasSuffix(".aedat") || name.hasSuffix(".raw"):
      return try RecordingInformation(path, observer)
    // Archives of old versions of tar have no mark.
    case .other: return try DataSetInformation(path, isCancelled: observer.isCancelled)
    case .text, .npz, .npy:
      // Says what the file lacks of a recording.
      return try RecordingInformation(path, observer)
    case let kind:
      throw FileError(path, kind.inPlace(of: "a recording, data set or frame cache"))
    }
  }
}

/// A summary of a file or data set, as text and as JSON.
protocol Information {
  /// The summary as lines of text.
  var text: String { get }
  /// Warnings about the files.
  var warnings: [DataSetWarning] { get }
  /// Writes the summary as one line of JSON.
  func printJSON() throws
}

extension Information {
  var warnings: [DataSetWarning] { [] }
}
