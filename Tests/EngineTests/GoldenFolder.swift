import Glibc
import HDF5
import SpikingNetwork
import Support
import SystemPackage

/// The folder of golden files of layers and networks: `DVS_GOLDEN_NET` if set, else the fixtures.
enum GoldenFolder {
  static let path: FilePath =
    unsafe getenv("DVS_GOLDEN_NET").map { unsafe FilePath(String(cString: $0)) }
    ?? Fixtures.path("net")

  /// The HDF5 files whose names begin with one of the prefixes.
  static func files(_ prefixes: String...) -> [String] {
    let names = (try? directoryNames()) ?? []
    return names.filter { name in
      name.hasSuffix(".h5") && prefixes.contains { name.hasPrefix($0) }
    }
  }

  /// Names of all HDF5 files in the folder.
  static func directoryNames() throws -> [String] {
    guard let directory = unsafe opendir(path.string) else { throw Errno(rawValue: errno) }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { characters in
        unsafe characters.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name.hasSuffix(".h5") { names.append(name) }
    }
    return names.sorted()
  }

  static func open(_ name: String) throws -> GoldenFile {
    GoldenFile(file: try HDF5File(opening: path.appending(name).string))
  }
}

/// An open golden file.
struct GoldenFile: ~Copyable {
  let file: HDF5File

  /// The values of a dataset, as in `step1/grad/conv1.weight`.
  borrowing func floats(_ name: String) throws -> [Float] {
    let parts = name.split(separator: "/").map(String.init)
    switch parts.count {
    case 1: return try file.root.dataset(parts[0]).readFloats(maximumCount: 1 << 24)
    case 2:
      return try file.root.group(parts[0]).dataset(parts[1]).readFloats(maximumCount: 1 << 24)
    default:
      return try file.root.group(parts[0]).group(parts[1]).dataset(parts[2]).readFloats(
        maximumCount: 1 << 24)
    }
  }

  borrowing func doubles(_ name: String) throws -> [Double] {
    try file.root.dataset(name).readDoubles(maximumCount: 1 << 24)
  }

  borrowing func extents(_ name: String) throws -> [Int] {
    let dataset = try file.root.dataset(name)
    return dataset.extents
  }

  borrowing func number(_ name: String, default value: Double? = nil) throws -> Double {
    if let value, !file.root.hasAttribute(name) { return value }
    guard let number = try file.root.attributeValue(name).number else {
      throw HDF5Error("attribute \(name)", "one number expected")
    }
    return number
  }

  borrowing func text(_ name: String) throws -> String? {
    guard file.root.hasAttribute(name) else { return nil }
    return try file.root.attributeValue(name).text
  }

  borrowing func flag(_ name: String, default value: Bool) throws -> Bool {
    guard file.root.hasAttribute(name) else { return value }
    return try file.root.attributeValue(name).flag ?? value
  }

  /// The neurons that the attributes describe.
  borrowing func neuron() throws -> NeuronDescription {
    let alpha = try number("alpha")
    let surrogate: Surrogate =
      switch try text("surrogate") {
      case "Sigmoid": .sigmoid(alpha: alpha)
      case "PiecewiseQuadratic": .piecewiseQuadratic(alpha: alpha)
      case nil, "ATan": .atan(alpha: alpha)
      case let other?: throw HDF5Error("attribute surrogate", "'\(other)' is unknown")
      }
    let tau = try number("init_tau", default: try number("tau", default: 2))
    let isParametric = try text("neuron")?.hasPrefix("P") ?? false
    let reset: Double? = try text("v_reset") == "none" ? nil : try number("v_reset")
    return NeuronDescription(
      membrane: isParametric ? .learned(initialTau: tau) : .fixed(tau: tau),
      threshold: try number("v_threshold"), resetPotential: reset,
      detachesReset: try flag("detach_reset", default: true),
      decaysInput: try flag("decay_input", default: true), surrogate: surrogate)
  }
}

/// ‖found − expected‖ / ‖expected‖; ‖found‖ if all expected values are 0.
func relativeError(_ found: [Float], _ expected: [Float]) -> Double {
  precondition(found.count == expected.count, "\(found.count) values, \(expected.count) expected")
  var (difference, norm) = (0.0, 0.0)
  for (value, reference) in zip(found, expected) {
    difference += (Double(value) - Double(reference)) * (Double(value) - Double(reference))
    norm += Double(reference) * Double(reference)
  }
  return norm > 0 ? (difference / norm).squareRoot() : difference.squareRoot()
}

/// The largest absolute difference of corresponding values; infinity if any is NaN.
func largestDifference(_ found: [Float], _ expected: [Float]) -> Double {
  precondition(found.count == expected.count, "\(found.count) values, \(expected.count) expected")
  return zip(found, expected).reduce(0) { largest, pair in
    let difference = abs(Double(pair.0) - Double(pair.1))
    // `max` would ignore NaN.
    return difference.isNaN ? .infinity : max(largest, difference)
  }
}
