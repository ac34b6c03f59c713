import CHDF5
import EventData
import SystemPackage

/// Attributes of samples that are one dataset under many names: whoever reads each takes the memory
/// of as many.
enum SharedColumns {
  /// Makes the columns of a cache hard links to the first.
  static func link(_ columns: [AttributeColumn], of path: FilePath) {
    let access = H5Pcreate(CHDF5_H5P_FILE_ACCESS())
    defer { H5Pclose(access) }
    // As caches are written.
    H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110)
    // Safe: a file of this program's own, opened and closed here.
    let file = unsafe H5Fopen(path.string, readWrite, access)
    precondition(file >= 0, "\(path) cannot be opened for changes")
    for part in DataSetSplit.allCases {
      let names = columns.map { "\(part.rawValue)/attributes/\($0.name)" }
      for name in names.dropFirst() {
        // Safe: names in an open file.
        let isLinked =
          unsafe H5Ldelete(file, name, hid_t(H5P_DEFAULT)) >= 0
          && H5Lcreate_hard(
            file, names[0], file, name, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT)) >= 0
        precondition(isLinked, "\(name) cannot be linked")
      }
    }
    H5Fclose(file)
  }

  /// H5F_ACC_RDWR, a macro that Swift does not see.
  private static let readWrite: UInt32 = 1
}
