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

#endif
