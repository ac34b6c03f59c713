import Glibc
import SpikingNetwork
import SystemPackage
import Train

/// What comes of reading a file as `dvstrain eval` does.
struct GraphReading {
  /// The result.
  enum Outcome: String, CaseIterable {
    case refused = "refused in one line"
    case read = "read"
    case libraryEnded = "refused in one line, as libhdf5 crashed in its process"
    case stopped = "refused in one line, as libhdf5 took too much time or memory in its process"
    case ended = "our code ended the reading process"
    case badMessage = "refused, but not in one line"
    case tooMuchMemory = "over 1 GiB of memory"

    /// Whether it is a fault of ours.
    var isFinding: Bool { [.ended, .badMessage, .tooMuchMemory].contains(self) }
  }

  /// The result.
  let outcome: Outcome
  /// What the user is told; empty if it was read.
  let message: String
  /// How long it took.
  let seconds: Double

  private static let maximumKibibytes = 1 << 20
  /// Networks with larger frames are not run.
  private static let maximumInputCount = 1 << 12

  /// Reads a file, and runs a network that it has on a frame of ones.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - isValidHDF5: Whether libhdf5 has no reason to crash, or to take long.
  init(_ path: FilePath, isValidHDF5: Bool) {
    let clock = ContinuousClock()
    let start = clock.now
    var (outcome, message) = (Outcome.read, "")
    do throws(TrainError) {
      let network = try TrainedNetwork(
        reading: path, graphs: NIRReading(reader: ["/proc/self/exe", "graph-reader"])
      ) { note in
        if !Self.isOneLine(note.text, path) { (outcome, message) = (.badMessage, note.text) }
      }
      try Self.evaluate(network)
    } catch {
      message = error.description
      outcome =
        Self.isOneLine(message, path)
        ? Self.outcome(ofRefusal: message, isValidHDF5: isValidHDF5) : .badMessage
    }
    if Self.peakKibibytes(RUSAGE_SELF) > Self.maximumKibibytes { outcome = .tooMuchMemory }
    self.outcome = outcome
    self.message = message
    seconds = (clock.now - start) / .seconds(1)
  }

  private static func evaluate(_ network: TrainedNetwork) throws(TrainError) {
    var description = network.settings.network
    guard description.input.valueCount <= maximumInputCount else { return }
    description.frameCount = 1
    let counts = [UInt8](repeating: 1, count: description.input.valueCount)
    do throws(EngineError) {
      _ = try ReferenceEngine(network: description, state: network.state).evaluate(
        LabelledFrames(counts: .uint8(counts), labels: [0], frameCounts: [1]),
        loss: .meanSquaredError)
    } catch { throw TrainError(error) }
  }

  /// A trap of ours is an illegal instruction, or a breakpoint on some processors; libhdf5 has
  /// none.
  private static func outcome(ofRefusal message: String, isValidHDF5: Bool) -> Outcome {
    let hasEnded = message.contains("ended by signal ")
    let hasTrapped = [SIGILL, SIGTRAP].contains { message.contains("ended by signal \($0):") }
    guard hasEnded || message.contains("was stopped ") else { return .refused }
    if hasTrapped || isValidHDF5 { return .ended }
    return hasEnded ? .libraryEnded : .stopped
  }

  private static func isOneLine(_ text: String, _ path: FilePath) -> Bool {
    text.hasPrefix("\(path): ")
      && !text.unicodeScalars.contains {
        $0 != " " && $0.properties.isWhitespace || $0.properties.generalCategory == .control
      }
  }

  /// The most memory that this process, or one that it started, has had.
  static func peakKibibytes(_ who: __rusage_who) -> Int {
    var usage = rusage()
    // Safe: the call writes one structure.
    _ = unsafe getrusage(__rusage_who_t(who.rawValue), &usage)
    return usage.ru_maxrss
  }
}
