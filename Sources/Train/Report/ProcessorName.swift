internal import SystemPackage

/// The name of a machine's processor, as in `AMD EPYC 7B13`.
package struct ProcessorName: Equatable, Sendable {
  /// The name; `unknown` if the system does not report it, as on most ARM processors.
  package let text: String

  /// Reads the name of the first processor from the text of Linux's `/proc/cpuinfo`.
  package init(inCPUInformation information: String) {
    let names = information.split(separator: "\n").lazy.compactMap { line -> String? in
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, Self.trimmed(parts[0]) == "model name" else { return nil }
      let name = Self.trimmed(parts[1])
      return name.isEmpty ? nil : String(name)
    }
    text = names.first ?? "unknown"
  }

  /// The name of this machine's processor.
  package static let ofThisMachine = ProcessorName(
    inCPUInformation: String(decoding: firstBytes(of: "/proc/cpuinfo"), as: UTF8.self))

  private static func trimmed(_ text: Substring) -> Substring {
    let rest = text.drop(while: \.isWhitespace)
    return rest.lastIndex { !$0.isWhitespace }.map { rest[...$0] } ?? ""
  }

  /// The first 4096 bytes of a file in `/proc`, which has no size and grows with the number of
  /// processors; empty if it cannot be read.
  static func firstBytes(of path: FilePath) -> [UInt8] {
    guard let file = try? FileDescriptor.open(path, .readOnly, options: [.closeOnExec]) else {
      return []
    }
    defer { try? file.close() }
    // The name is in one of the first lines.
    var bytes = [UInt8](repeating: 0, count: 4096)
    // Safe: the call writes into the array, at most as many bytes as it has.
    let count = unsafe bytes.withUnsafeMutableBytes { bytes in
      unsafe (try? file.read(into: bytes)) ?? 0
    }
    return Array(bytes.prefix(count))
  }
}
