ALTER TABLE `sessions` ADD `recent_hooks` text;--> statement-breakpoint
ALTER TABLE `trashed_sessions` ADD `recent_hooks` text;