import CHDF5
import HDF5
import Support
import SystemPackage

/// Links that lead elsewhere than to an object of their own.
enum HostileLink {
  /// Replaces an object by a link: to another object or group, also one that contains it, to
  /// nothing, or to another file.
  static func add(
    to path: FilePath, in content: GraphContent, using generator: inout SeededGenerator
  ) throws(HDF5Error) {
    let names = content.paths.map { content.name(of: $0) }
    guard let name = names.randomElement(using: &generator),
      let target = (names + ["."]).randomElement(using: &generator)
    else { return }
    let access = H5Pcreate(CHDF5_H5P_FILE_ACCESS())
    defer { H5Pclose(access) }
    // The bounds with which graphs are written.
    H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110)
    // Safe: the call reads the path and keeps no pointer; the file is closed below.
    let file = unsafe H5Fopen(path.string, readWrite, access)
    guard file >= 0 else { throw HDF5Error("/", "the file cannot be changed") }
    defer { H5Fclose(file) }
    let kind = Int.random(in: 0..<4, using: &generator)
    // Safe: the calls read the names and keep no pointer; the file is open.
    if kind == 0 {
      // The target first, which may be in the object that is replaced.
      guard
        unsafe H5Lcreate_hard(
          file, target, file, "link", hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT)) >= 0
      else { throw HDF5Error("/", "no link can be made") }
    }
    guard unsafe H5Ldelete(file, name, hid_t(H5P_DEFAULT)) >= 0 else {
      throw HDF5Error("/\(name)", "the object cannot be removed")
    }
    let result =
      switch kind {
      case 0:
        unsafe H5Lmove(file, "link", file, name, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
      case 1:
        unsafe H5Lcreate_soft(
          "/\(target)", file, name, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
      case 2:
        unsafe H5Lcreate_soft("/none", file, name, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
      default:
        unsafe H5Lcreate_external(
          "/proc/self/exe", "/\(target)", file, name, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
      }
    guard result >= 0 else { throw HDF5Error("/\(name)", "no link can be made") }
  }

  /// `H5F_ACC_RDWR`, a macro that Swift cannot import.
  private static let readWrite: UInt32 = 1
}
