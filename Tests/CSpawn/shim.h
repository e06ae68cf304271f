// What glibc declares for _GNU_SOURCE only, which Swift's Glibc module is not built with.
#pragma once
#include <spawn.h>

int pipe2(int ends[2], int flags);
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *path);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int from);

// POSIX_SPAWN_SETSID
static const short cspawn_setsid = 0x80;
