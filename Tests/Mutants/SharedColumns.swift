import CHDF5
import EventData
import SystemPackage

/// Attributes of samples that are one dataset under many names, whose readers need many times the
/// memory that its size in the file suggests.
enum SharedColumns {
  /// Replaces all columns of a cache by hard links to the first.
  static func link(_ columns: [AttributeColumn], of path: FilePath) {
    let access = H5Pcreate(CHDF5_H5P_FILE_ACCESS())
    defer { H5Pclose(access) }
    // The bounds with which caches are written.
    H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110)
    // Safe: the call reads the path and keeps no pointer; the file is closed below.
    let file = unsafe H5Fopen(path.string, readWrite, access)
    precondition(file >= 0, "\(path) cannot be opened for changes")
    for part in DataSetSplit.allCases {
      let names = columns.map { "\(part.rawValue)/attributes/\($0.name)" }
      for name in names.dropFirst() {
        // Safe: the calls read the names and keep no pointer; the file is open.
        let isLinked =
          unsafe H5Ldelete(file, name, hid_t(H5P_DEFAULT)) >= 0
          && H5Lcreate_hard(
            file, names[0], file, name, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT)) >= 0
        precondition(isLinked, "\(name) cannot be linked")
      }
    }
    H5Fclose(file)
  }

  /// `H5F_ACC_RDWR`, a macro that Swift cannot import.
  private static let readWrite: UInt32 = 1
}
