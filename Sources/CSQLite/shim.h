#ifndef ORDERSYNC_CSQLITE_SHIM_H
#define ORDERSYNC_CSQLITE_SHIM_H

#include <sqlite3.h>

// Swift imports neither variadic functions nor macros that cast; these wrap the few in use.
static inline int csqlite_config_int(int option, int value) {
    return sqlite3_config(option, value);
}

static inline int csqlite_db_config_int(sqlite3 *database, int option, int value) {
    return sqlite3_db_config(database, option, value, (int *)0);
}

static inline sqlite3_destructor_type csqlite_transient(void) {
    return SQLITE_TRANSIENT;
}

// What the index of the write-ahead log (`-shm`) says of the log: the layout of WalIndexHdr and
// WalCkptInfo (wal.c, "WAL-index format" in the documentation of the file format).
typedef struct {
    unsigned frame_count;
    unsigned written_back_count; // frames of it that the database contains already
    unsigned page_size;
    unsigned salt;
} csqlite_log_index;

// Reads the index through the memory that SQLite has mapped: opening the file would drop this
// process's locks when it is closed.
// Returns 0 where there is none, and while another program changes it.
static inline int csqlite_read_log_index(sqlite3 *database, csqlite_log_index *index) {
    sqlite3_file *file = 0;
    if (sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK)
        return 0;
    if (!file || !file->pMethods || file->pMethods->iVersion < 2 || !file->pMethods->xShmMap)
        return 0;
    void volatile *memory = 0;
    if (file->pMethods->xShmMap(file, 0, 32768, 0, &memory) != SQLITE_OK || !memory) return 0;
    const volatile unsigned *words = (const volatile unsigned *)memory;
    for (int word = 0; word < 12; word++)
        if (words[word] != words[word + 12]) return 0;
    if (words[0] != 3007000u) return 0; // its version
    unsigned flags = words[3];
    if (!(((const unsigned char *)&flags)[0])) return 0;
    unsigned short size = ((const unsigned short *)&flags)[1];
    index->page_size = (size & 0xfe00u) + ((size & 1u) << 16);
    index->frame_count = words[4];
    index->salt = words[8];
    index->written_back_count = words[24];
    return 1;
}

#endif
