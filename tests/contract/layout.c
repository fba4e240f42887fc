/* Print where each member of the contract's structs stands: "struct.member offset size", and
 * "struct size".
 *
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include <plugh/plugin.h>

#define STRUCT(type) printf("%s %zu\n", #type, sizeof(struct type))
#define MEMBER(type, member)                                                                       \
	printf("%s.%s %zu %zu\n", #type, #member, offsetof(struct type, member),                   \
		sizeof(((struct type *)0)->member))

static void print_records(void)
{
	STRUCT(plugh_note);
	MEMBER(plugh_note, name_size);
	MEMBER(plugh_note, desc_size);
	MEMBER(plugh_note, type);
	MEMBER(plugh_note, name);
	STRUCT(plugh_option);
	MEMBER(plugh_option, note);
	MEMBER(plugh_option, magic);
	MEMBER(plugh_option, abi_major);
	MEMBER(plugh_option, abi_minor);
	MEMBER(plugh_option, kind);
	MEMBER(plugh_option, offset);
	MEMBER(plugh_option, size);
	MEMBER(plugh_option, names);
	MEMBER(plugh_option, help);
	MEMBER(plugh_option, version);
	MEMBER(plugh_option, metavar);
	MEMBER(plugh_option, nargs);
	MEMBER(plugh_option, default_);
	MEMBER(plugh_option, const_);
	MEMBER(plugh_option, choices);
	MEMBER(plugh_option, action);
	MEMBER(plugh_option, required);
	MEMBER(plugh_option, role);
	MEMBER(plugh_option, access);
	MEMBER(plugh_option, needs);
	MEMBER(plugh_option, flags);
	MEMBER(plugh_option, usage_status);
}

static void print_tables(void)
{
	STRUCT(plugh_plugin);
	MEMBER(plugh_plugin, size);
	MEMBER(plugh_plugin, abi_major);
	MEMBER(plugh_plugin, abi_minor);
	MEMBER(plugh_plugin, command_size);
	MEMBER(plugh_plugin, command_count);
	MEMBER(plugh_plugin, command);
	STRUCT(plugh_command);
	MEMBER(plugh_command, name);
	MEMBER(plugh_command, args_size);
	MEMBER(plugh_command, run);
	MEMBER(plugh_command, records);
	STRUCT(plugh_host);
	MEMBER(plugh_host, size);
	MEMBER(plugh_host, abi_major);
	MEMBER(plugh_host, abi_minor);
	MEMBER(plugh_host, verbosity);
	MEMBER(plugh_host, json);
	MEMBER(plugh_host, cancel_fd);
	MEMBER(plugh_host, ctx);
	MEMBER(plugh_host, write);
	MEMBER(plugh_host, flush);
	MEMBER(plugh_host, report);
	MEMBER(plugh_host, power);
	STRUCT(plugh_power_output);
	MEMBER(plugh_power_output, size);
	MEMBER(plugh_power_output, reserved);
	MEMBER(plugh_power_output, open);
	MEMBER(plugh_power_output, commit);
	MEMBER(plugh_power_output, discard);
	STRUCT(plugh_power_socket);
	MEMBER(plugh_power_socket, size);
	MEMBER(plugh_power_socket, reserved);
	MEMBER(plugh_power_socket, listen);
	MEMBER(plugh_power_socket, connect);
	STRUCT(plugh_power_service);
	MEMBER(plugh_power_service, size);
	MEMBER(plugh_power_service, reserved);
	MEMBER(plugh_power_service, ready);
	MEMBER(plugh_power_service, stopping);
	STRUCT(plugh_power_cleanup);
	MEMBER(plugh_power_cleanup, size);
	MEMBER(plugh_power_cleanup, reserved);
	MEMBER(plugh_power_cleanup, set);
}

static void print_values(void)
{
	STRUCT(plugh_size);
	STRUCT(plugh_duration);
	STRUCT(plugh_port);
	STRUCT(plugh_texts);
	MEMBER(plugh_texts, count);
	MEMBER(plugh_texts, item);
	STRUCT(plugh_paths);
	MEMBER(plugh_paths, count);
	MEMBER(plugh_paths, item);
	STRUCT(plugh_ints);
	MEMBER(plugh_ints, count);
	MEMBER(plugh_ints, item);
}

int main(void)
{
	print_records();
	print_tables();
	print_values();
	return 0;
}
