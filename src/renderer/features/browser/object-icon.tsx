import {
  File,
  FileArchive,
  FileCode,
  FileImage,
  FileMusic,
  FileSpreadsheet,
  FileText,
  FileVideoCamera,
  Folder,
} from 'lucide-react';
import { Icon, type IconComponent } from '#renderer/ui/icons.tsx';
import { familyOf, type TypeFamily } from './file-type.ts';

const icons: Record<TypeFamily, IconComponent> = {
  image: FileImage,
  text: FileText,
  code: FileCode,
  archive: FileArchive,
  audio: FileMusic,
  video: FileVideoCamera,
  table: FileSpreadsheet,
  other: File,
};

export function ObjectIcon({ type }: { type: string }) {
  return type === 'Folder' ? <Icon of={Folder} tone="folder" /> : <Icon of={icons[familyOf(type)]} />;
}
