internal import SystemPackage

/// The name of this machine in its network.
enum HostName {
  /// The name; `unknown` if the system does not report it.
  static let ofThisMachine: String = {
    let bytes = ProcessorName.firstBytes(of: "/proc/sys/kernel/hostname")
    let name = String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
    return name.isEmpty ? "unknown" : name
  }()
}
