internal import CHDF5

/// Consecutive texts of one fixed length, each padded with zeros.
struct StringBlock {
  let bytes: [UInt8]
  let length: Int

  /// Maximum length in bytes; a cache's texts are far shorter, so a longer one is damaged or
  /// hostile.
  static let maximumLength = 65_536

  init(_ strings: [String]) {
    let length = max(1, strings.map(\.utf8.count).max() ?? 1)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length * strings.count)
    for string in strings {
      bytes.append(contentsOf: string.utf8)
      bytes.append(contentsOf: repeatElement(0, count: length - string.utf8.count))
    }
    self.length = length
    self.bytes = bytes
  }

  func makeType(
    _ encoding: HDF5TextEncoding, _ object: String
  ) throws(HDF5Error) -> HDF5Handle {
    let type = try HDF5Handle(H5Tcopy(CHDF5_H5T_C_S1()), "no text type can be created", object)
    try check(H5Tset_size(type.id, length), "no text type can be created", object)
    if encoding == .utf8 {
      try check(H5Tset_cset(type.id, H5T_CSET_UTF8), "no text type can be created", object)
    }
    try check(H5Tset_strpad(type.id, H5T_STR_NULLPAD), "no text type can be created", object)
    return type
  }

  /// The length of a fixed-length text type in bytes; other types are an error.
  static func length(of type: hid_t, _ object: String) throws(HDF5Error) -> Int {
    guard H5Tget_class(type) == H5T_STRING, H5Tis_variable_str(type) == 0 else {
      throw HDF5Error(object, "texts of fixed length expected, another type found")
    }
    let length = H5Tget_size(type)
    guard (1...maximumLength).contains(length) else {
      throw HDF5Error(object, "texts of 1 to \(maximumLength) bytes expected, \(length) found")
    }
    return length
  }

  static func strings(
    _ bytes: [UInt8], length: Int, count: Int, arePaddedWithSpaces: Bool = false
  ) -> [String] {
    (0..<count).map { index in
      var text = bytes[(index * length)..<((index + 1) * length)].prefix { $0 != 0 }
      while arePaddedWithSpaces, text.last == 0x20 { text.removeLast() }
      return String(decoding: text, as: UTF8.self)
    }
  }

  /// Whether a type's texts are padded with spaces, as in Fortran.
  static func isPaddedWithSpaces(_ type: hid_t) -> Bool {
    H5Tget_strpad(type) == H5T_STR_SPACEPAD
  }
}
