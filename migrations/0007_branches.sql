ALTER TABLE `sessions` ADD `branch` text;--> statement-breakpoint
ALTER TABLE `sessions` ADD `outcome` text;