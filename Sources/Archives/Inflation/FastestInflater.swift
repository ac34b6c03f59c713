/// The faster of the inflaters that the platform has.
#if DVSKIT_ISAL
  typealias FastestInflater = ISALInflater
#else
  typealias FastestInflater = ZlibInflater
#endif
