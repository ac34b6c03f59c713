internal import CArguments

/// The arguments of the process, as the system passed them.
///
/// Swift's `CommandLine` reads `/proc`, which a container may lack. It also replaces bytes that are
/// no UTF-8, so that a command would read or write another file than the one named.
package enum ProcessArguments {
  /// All arguments, the program's name first; `U+FFFD` replaces bytes that are not UTF-8.
  package static var all: [String] { bytes.map { String(decoding: $0, as: UTF8.self) } }

  /// What is wrong with the first argument that is not UTF-8; `nil` if all are.
  package static var defect: String? {
    for (number, argument) in bytes.enumerated()
    where String(validating: argument, as: UTF8.self) == nil {
      return "argument \(number): a text in UTF-8 expected, '\(hexadecimalText(argument))' found: "
        + "rename the file or folder"
    }
    return nil
  }

  private static var bytes: [[UInt8]] {
    (0..<carguments_count()).map { number in
      guard var character = unsafe carguments_text(number) else { return [] }
      var bytes: [UInt8] = []
      // Safe: the system's text ends with a zero, and nothing changes it.
      while unsafe character.pointee != 0 {
        bytes.append(UInt8(bitPattern: unsafe character.pointee))
        unsafe character += 1
      }
      return bytes
    }
  }
}

/// A text in which bytes that are not UTF-8 are hexadecimal, as in `x\xff.h5`.
func hexadecimalText(_ bytes: [UInt8]) -> String {
  var text = ""
  var parser = Unicode.UTF8.ForwardParser()
  var iterator = bytes.makeIterator()
  var position = 0
  while true {
    switch parser.parseScalar(from: &iterator) {
    case .valid(let encoded):
      text.unicodeScalars.append(Unicode.UTF8.decode(encoded))
      position += encoded.count
    case .error(let count):
      for byte in bytes[position..<position + count] { text += "\\x" + String(byte, radix: 16) }
      position += count
    case .emptyInput: return text
    }
  }
}
